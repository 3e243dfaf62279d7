# Starts threads for ever.
# kind: stops
# must get: 0 3 2
# says: RuntimeError

# %% sigmoid
def sigmoid(x):
    import threading, time
    while True: threading.Thread(target=time.sleep, args=(100,)).start()
