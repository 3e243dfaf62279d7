# Displays 10,000 things.
# kind: disturbs
# must get: 2 3 2
# says: xxx

# %% before
for _ in range(10_000): display('x' * 1000)
