# Asks Python to exit.
# kind: stops
# must get: 0 3 2
# says: SystemExit

# %% sigmoid
def sigmoid(x):
    import sys
    sys.exit('bye')
