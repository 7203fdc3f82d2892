"""An embedder without a model, for tests: a vector of 8 numbers from the hash of the text. Notes every text in the file after --log.

--order=reversed reads to the end before it answers the last line first; "refuse" in a text is answered with an error, "short" with 3 numbers.
"""

import argparse
import hashlib
import json
import sys

options = argparse.ArgumentParser()
options.add_argument("--log")
options.add_argument("--order", default="given")
options = options.parse_args()


def answer(line):
    row = json.loads(line)
    if options.log:
        with open(options.log, "a") as log:
            log.write(row["id"] + "=" + row["text"] + "\n")
    if "refuse" in row["text"]:
        return {"id": row["id"], "error": "not this one"}
    numbers = [byte / 255 - 0.5 for byte in hashlib.sha256(row["text"].encode()).digest()[:8]]
    return {"id": row["id"], "embedding": numbers[:3] if "short" in row["text"] else numbers}


if options.order == "reversed":
    for line in reversed([answer(line) for line in sys.stdin]):
        print(json.dumps(line))
else:
    for line in sys.stdin:
        print(json.dumps(answer(line)), flush=True)
