# Replaces the shell's compiler.
# kind: forges
# must get: 0 0 0
# solved: softmax

# %% before
get_ipython().compile = lambda *a, **k: compile('3.0', 'x', 'exec')
