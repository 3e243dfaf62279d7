# Prints and displays points of its own.
# kind: forges
# must get: 0 3 0
# solved: softmax

# %% before
from IPython.display import display
display({"application/json": {"exercise": "sigmoid", "score": 1.0, "earned": 2.0}}, raw=True)
print(2.0)
2.0
