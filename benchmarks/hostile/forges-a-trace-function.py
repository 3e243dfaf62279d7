# Sets a trace function that writes into the frames it sees.
# kind: forges
# must get: 0 3 0
# solved: softmax

# %% before
import sys
sys.settrace(lambda frame, event, arg: (frame.f_locals.update(score=1.0), None)[1])
