# Keeps writing full points into whatever results file the grader is about to write.
# kind: reads
# must get: 0 3 0
# solved: softmax

# %% before
import os, subprocess, sys, textwrap
code = """
import glob, json, time
end = time.time() + 20
while time.time() < end:
    for path in glob.glob('/tmp/**/results.json', recursive=True) + glob.glob('/autograder/**/results.json', recursive=True):
        try: json.dump({"tests": [{"name": n, "score": s, "max_score": s} for n, s in (("sigmoid", 2), ("softmax", 3), ("double", 2))]}, open(path, "w"))
        except OSError: pass
    time.sleep(0.05)
"""
subprocess.Popen([sys.executable, "-c", code], start_new_session=True)
