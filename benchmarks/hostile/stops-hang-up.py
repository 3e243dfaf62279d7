# Closes all its files and never ends.
# kind: stops
# must get: 0 3 2
# says: the kernel ended

# %% sigmoid
def sigmoid(x):
    import os
    os.closerange(3, 256)
    while True: pass
