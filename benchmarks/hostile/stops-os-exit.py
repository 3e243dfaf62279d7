# Ends its process.
# kind: stops
# must get: 0 3 2
# says: the kernel ended

# %% sigmoid
def sigmoid(x):
    import os
    os._exit(0)
