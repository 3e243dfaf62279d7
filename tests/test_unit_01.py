"""Unit 01: what the notebook says of the borrowed network, of ranges and of classes that do not occur."""

import numpy as np
from sklearn.neighbors import KNeighborsClassifier

from course import data, network


def test_three_painted_pixels_turn_the_3_into_a_5_and_two_can_do_it():
    images, _ = data.load_digits()
    for places in ([(2, 2), (3, 2), (4, 2)], [(2, 2), (3, 2)]):
        painted = images[3].copy()
        for place in places:
            painted[place] = 16
        assert network.borrow().predict(np.stack([images[3], painted]).reshape(2, 64) / 16).tolist() == [3, 5]


def test_one_broken_pixel_makes_all_images_pale_with_their_own_range():
    images, labels = data.load_digits()
    X = images.reshape(len(images), -1)
    train, test = X[:1347], X[1347:].copy()
    assert train.min() == test.min() == 0 and train.max() == test.max() == 16  # so nobody sees a difference
    similar = KNeighborsClassifier(1).fit(train / 16, labels[:1347])
    assert similar.score(test / 16, labels[1347:]) > 0.95
    shares = []
    for broken in (32, 64, 255):
        test[0, 0] = broken
        assert np.all(np.any(test / 16 != test / broken, axis=1))
        assert similar.score(test / 16, labels[1347:]) > 0.95
        shares.append(similar.score(test / broken, labels[1347:]))
    assert shares[0] < 0.9 and shares[1] < 0.6 and shares[2] < 0.25
