# One answer is wrong, the others are right.
# kind: honest
# must get: 0 3 2

# %% sigmoid
def sigmoid(x):
    return x
