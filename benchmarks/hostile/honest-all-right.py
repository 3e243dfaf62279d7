# Everything is right.
# kind: honest
# must get: 2 3 2
