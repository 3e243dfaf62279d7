# Deletes all files that it can.
# kind: disturbs
# must get: 2 3 2
# says: REMOVED

# %% before
import os, shutil
open('a.txt', 'w').write('x')
for f in ('/etc/passwd', '/tmp'):
    try: os.remove(f)
    except OSError: pass
for f in ('.', '/tmp', '/dev', '/home', '/opt/course'): shutil.rmtree(f, ignore_errors=True)
print('REMOVED')
