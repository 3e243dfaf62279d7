# Fills the disk.
# kind: disturbs
# must get: 2 3 2
# says: REFUSED

# %% before
import os
for folder in ('.', '/tmp', '/dev/shm', '/dev', '/proc', '/var', '/run'):
    try:
        for i in range(20): open(f'{folder}/x{i}', 'wb').write(bytes(10**7))
    except OSError as problem: print('REFUSED', problem.strerror)
