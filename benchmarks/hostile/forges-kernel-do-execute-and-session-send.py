# Replaces the kernel's do_execute and what sends its messages.
# kind: forges
# must get: 0 3 0
# solved: softmax

# %% before
import ipykernel.ipkernel, jupyter_client.session
ipykernel.ipkernel.IPythonKernel.do_execute = lambda *a, **k: {"status": "ok"}
jupyter_client.session.Session.send = lambda *a, **k: None
