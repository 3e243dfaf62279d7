# One answer is not written.
# kind: honest
# must get: 0 3 2

# %% sigmoid
def sigmoid(x):
    raise NotImplementedError()
