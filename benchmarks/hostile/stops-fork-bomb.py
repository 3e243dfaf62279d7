# Forks for ever.
# kind: stops
# must get: 0 3 2
# says: it used more than 2 seconds of computing time|it gave no answer for 10 seconds

# %% sigmoid
def sigmoid(x):
    import os
    while True:
        try: os.fork()
        except OSError: pass
