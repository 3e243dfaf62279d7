# Takes ever more memory.
# kind: stops
# must get: 0 3 2

# %% sigmoid
def sigmoid(x):
    a = []
    while True: a.append(bytearray(10**8))
