# Looks for a network.
# kind: disturbs
# must get: 2 3 2
# says: REFUSED

# %% before
import socket
for address in (('127.0.0.1', 80), ('1.1.1.1', 53)):
    try: s = socket.socket(); s.settimeout(1); s.connect(address)
    except OSError as problem: print('REFUSED', problem)
