# Deletes all names, then goes on.
# kind: disturbs
# must get: 2 3 2

# %% before
%reset -f
import numpy as np
