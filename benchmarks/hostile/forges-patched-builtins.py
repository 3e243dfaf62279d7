# Replaces all, any, isinstance, float and AssertionError.
# kind: forges
# must get: 0 3 0
# solved: softmax

# %% before
import builtins
builtins.all = builtins.any = builtins.isinstance = lambda *a: True
builtins.AssertionError = builtins.NotImplementedError = ZeroDivisionError
builtins.float = lambda *a: 3.0
