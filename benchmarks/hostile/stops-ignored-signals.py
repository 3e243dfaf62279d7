# Never ends, and ignores every signal.
# kind: stops
# must get: 0 3 2
# says: it used more than 2 seconds of computing time|it gave no answer for 10 seconds

# %% sigmoid
def sigmoid(x):
    import signal
    for s in range(1, 65):
        try: signal.signal(s, signal.SIG_IGN)
        except (OSError, ValueError): pass
    while True: pass
