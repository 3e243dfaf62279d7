# Calls itself for ever.
# kind: stops
# must get: 0 3 2
# says: RecursionError

# %% sigmoid
def sigmoid(x):
    return sigmoid(x)
