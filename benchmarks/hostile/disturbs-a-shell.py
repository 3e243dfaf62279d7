# Leaves processes of a shell behind.
# kind: disturbs
# must get: 2 3 2

# %% before
!sleep 1000 &
!nohup sleep 1000 > /dev/null 2>&1 &
get_ipython().system('echo SHELL')
