# Prints 200 MB.
# kind: disturbs
# must get: 2 3 2
# says: cut here

# %% before
for _ in range(200): print('x' * 10**6)
