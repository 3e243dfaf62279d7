# Displays 50 MB.
# kind: disturbs
# must get: 2 3 2
# says: left out here

# %% before
from IPython.display import HTML, display
display(HTML('x' * 50_000_000))
