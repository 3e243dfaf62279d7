# Reads address 0.
# kind: stops
# must get: 0 3 2
# says: the kernel ended

# %% sigmoid
def sigmoid(x):
    import ctypes
    ctypes.string_at(0)
