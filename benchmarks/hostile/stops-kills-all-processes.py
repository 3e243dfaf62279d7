# Kills every process that it can.
# kind: stops
# must get: 0 3 2
# says: the kernel ended

# %% sigmoid
def sigmoid(x):
    import os, signal
    try: os.kill(-1, signal.SIGKILL)
    except OSError: pass
    os.kill(os.getpid(), 9)
    os._exit(1)
