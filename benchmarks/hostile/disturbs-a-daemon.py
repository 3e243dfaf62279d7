# Leaves a process behind.
# kind: disturbs
# must get: 2 3 2

# %% before
import os, time
if os.fork() == 0:
    os.setsid()
    if os.fork() == 0:
        time.sleep(1000)
    os._exit(0)
