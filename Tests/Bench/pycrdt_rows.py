"""What one would write with pycrdt (yrs) in place of epi-ydecode: reads a document, prints its rows as JSON, one a line.

    pycrdt_rows.py maps|lww-rows|text|text-log FILE      updates of encoding v1

In the fastest ways that pycrdt has: through str(), which makes JSON in Rust, and a transaction for each update of a log (one around
all of them takes twice as long).
"""

import json
import sys

from pycrdt import Array, Doc, Map, Text


def frames(data):
    """The updates of a log, each with its length in front."""
    position = 0
    while position < len(data):
        size = shift = 0
        while True:
            byte = data[position]
            position += 1
            size |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                break
        yield data[position : position + size]
        position += size


def rows(doc, kind):
    if kind == "maps":
        for table, found in json.loads(str(doc.get("tables", type=Map))).items():
            for name, row in found.items():
                yield table, name, row
        return
    winners = {}
    for entry in json.loads(str(doc.get("table:recordings", type=Array))):
        known = winners.get(entry["key"])
        if known is None or entry["ts"] >= known["ts"]:
            winners[entry["key"]] = entry
    for name, entry in winners.items():
        yield "recordings", name, entry["val"]


def main():
    kind, path = sys.argv[1:]
    with open(path, "rb") as file:
        data = file.read()
    doc = Doc()
    if kind == "text-log":
        for update in frames(data):
            doc.apply_update(update)
    else:
        doc.apply_update(data)
    if kind.startswith("text"):
        sys.stdout.write(str(doc.get("text", type=Text)))
        return
    for table, name, row in rows(doc, kind):
        line = json.dumps({"table": table, "id": name, "row": row}, ensure_ascii=False, separators=(",", ":"))
        sys.stdout.write(line + "\n")


main()
