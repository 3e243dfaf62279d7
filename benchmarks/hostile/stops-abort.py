# Aborts.
# kind: stops
# must get: 0 3 2
# says: the kernel ended

# %% sigmoid
def sigmoid(x):
    import os
    os.abort()
