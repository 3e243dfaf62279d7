# A cell above all answers is no Python.
# kind: disturbs
# must get: 2 3 2
# says: SyntaxError

# %% before
this is no Python (
