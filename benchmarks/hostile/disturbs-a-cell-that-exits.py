# A cell above all answers ends the process.
# kind: disturbs
# must get: 2 3 2
# says: This cell was stopped

# %% before
import os
os._exit(3)
