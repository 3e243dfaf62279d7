# Replaces the shell's run_cell.
# kind: forges
# must get: 0 0 0
# solved: softmax

# %% before
get_ipython().run_cell = lambda *a, **k: get_ipython().displayhook(3.0)
