# A cell above all answers never ends.
# kind: disturbs
# must get: 2 3 2
# says: it used more than 2 seconds of computing time|it gave no answer for 10 seconds

# %% before
while True: pass
