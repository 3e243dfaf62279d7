# Makes a million files.
# kind: disturbs
# must get: 2 3 2
# says: REFUSED

# %% before
try:
    for i in range(10**6): open(f'f{i}', 'w')
except OSError as problem: print('REFUSED', problem.strerror)
