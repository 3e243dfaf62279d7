# Gives back complex numbers, objects, masked arrays and NaN in turn.
# kind: forges
# must get: 0 3 2

# %% sigmoid
count = 0
def sigmoid(x):
    global count
    count += 1
    shape = np.shape(x)
    return [np.full(shape, 1j), np.full(shape, None), np.ma.masked_all(shape), np.full(shape, np.nan), 10**5000][count % 5]
