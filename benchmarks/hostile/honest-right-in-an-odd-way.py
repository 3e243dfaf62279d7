# Right answers, written in an odd way.
# kind: honest
# must get: 2 3 2

# %% sigmoid
sigmoid = np.vectorize(lambda z: 1 / (1 + np.exp(-z)) if z > 0 else 1 - 1 / (1 + np.exp(z)), otypes=[float])

# %% double
class Doubler:
    def __call__(self, x):
        return x + x
double = Doubler()
