# Writes 200 MB to standard error.
# kind: disturbs
# must get: 2 3 2
# says: cut here

# %% before
import sys
for _ in range(200): sys.stderr.write('x' * 10**6)
