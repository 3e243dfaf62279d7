# Prints half of a pair of characters, which no encoding has.
# kind: disturbs
# must get: 2 3 2

# %% before
print('\ud800')
'\ud800'
