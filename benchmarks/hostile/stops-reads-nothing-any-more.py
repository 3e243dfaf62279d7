# Sleeps.
# kind: stops
# must get: 0 3 2
# says: no answer for 10 seconds

# %% sigmoid
def sigmoid(x):
    import time
    time.sleep(600)
