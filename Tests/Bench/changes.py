"""How long a changed row takes through epi-ydecode --watch, after the debounce.

usage: changes.py TOOL DOCUMENT FOLDER COUNT

The document becomes a log; COUNT times one field of one row is set and the update appended. Prints the rows, the milliseconds that
reading everything takes, and those from the append to the end of the batch: median and worst.
"""

import os
import random
import statistics
import subprocess
import sys
import time

from pycrdt import Doc, Map

tool, document, folder, count = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])


def framed(update):
    head, size = b"", len(update)
    while size >= 0x80:
        head += bytes([size & 0x7F | 0x80])
        size >>= 7
    return head + bytes([size]) + update


doc = Doc()
doc.apply_update(open(document, "rb").read())
log = os.path.join(folder, "changes.log")
open(log, "wb").write(framed(open(document, "rb").read()))
updates = []
doc.observe(lambda event: updates.append(event.update))
tables = doc.get("tables", type=Map)
table = next(iter(tables.values()))
ids = list(table.keys())

begin = time.perf_counter()
subprocess.run([tool, "--frames=length", log], stdout=subprocess.DEVNULL, check=True)
whole = time.perf_counter() - begin

watch = subprocess.Popen([tool, "--watch", "--debounce=0", "--frames=length", log], stdout=subprocess.PIPE)


def batch():
    while b'"end"' not in watch.stdout.readline()[:20]:
        pass


batch()
random.seed(1)
taken = []
for number in range(count):
    table[random.choice(ids)]["transcript"] = f"changed {number}"
    data = b"".join(map(framed, updates))
    updates.clear()
    with open(log, "ab") as file:
        begin = time.perf_counter()
        file.write(data)
        file.flush()
        batch()
        taken.append(time.perf_counter() - begin)
watch.terminate()
watch.wait()
os.remove(log)
print(len(ids), f"{whole * 1000:.0f} {statistics.median(taken) * 1000:.2f} {max(taken) * 1000:.2f}")
