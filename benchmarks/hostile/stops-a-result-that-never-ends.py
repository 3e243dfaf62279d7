# Gives back an iterator without end.
# kind: stops
# must get: 0 3 2

# %% sigmoid
def sigmoid(x):
    while True: yield 1
