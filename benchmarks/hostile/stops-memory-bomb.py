# Asks for 800 GB.
# kind: stops
# must get: 0 3 2
# says: MemoryError

# %% sigmoid
def sigmoid(x):
    return np.ones(10**11)
