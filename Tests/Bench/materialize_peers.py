"""What one would write in place of epi-materialize, and the rows that it is measured with.

    materialize_peers.py executemany ROWS.ndjson OUT.db      json.loads and executemany, one transaction
    materialize_peers.py pycrdt DOCUMENT OUT.db              the rows of a document by pycrdt, and the same
    materialize_peers.py million sorted|unsorted [schema]    rows of one table on standard output
    materialize_peers.py batches COUNT ROWS.ndjson           a stream of changes on standard output: all rows, then COUNT batches of one
"""

import json
import os
import random
import sqlite3
import sys


def insert(rows, path):
    """Rows as pairs of table and object."""
    if os.path.exists(path):
        os.unlink(path)
    tables = {}
    for table, row in rows:
        tables.setdefault(table, []).append(row)
    db = sqlite3.connect(path)
    for table, rows in tables.items():
        columns = list(dict.fromkeys(key for row in rows for key in row))
        db.execute('CREATE TABLE "%s" (%s, PRIMARY KEY (id))' % (table, ", ".join('"%s"' % column for column in columns)))
        db.executemany(
            'INSERT INTO "%s" VALUES (%s)' % (table, ", ".join("?" * len(columns))),
            ([json.dumps(value) if isinstance(value := row.get(column), (list, dict)) else value for column in columns] for row in rows),
        )
    db.commit()
    db.close()


def lines(path):
    with open(path) as file:
        for line in file:
            found = json.loads(line)
            if "row" in found:
                yield found["table"], found["row"]


def document(path):
    from pycrdt import Doc, Map

    doc = Doc()
    with open(path, "rb") as file:
        doc.apply_update(file.read())
    for table, rows in json.loads(str(doc.get("tables", type=Map))).items():
        for name, row in rows.items():
            yield table, {"id": name, **row}


def million(order, schema):
    chance = random.Random(7)
    ids = list(range(1_000_000))
    if order == "unsorted":
        chance.shuffle(ids)
    words = ["".join(chance.choice("abcdefghijklmnop") for _ in range(chance.randint(3, 9))) for _ in range(5000)]
    if schema:
        kinds = {"id": "id", "title": "text", "number": "integer", "share": "real", "done": "boolean", "body": "text"}
        print(json.dumps({"epi": 1, "table": "t", "fields": [{"id": name, "type": kind} for name, kind in kinds.items()]}))
    for number in ids:
        row = {
            "id": "row_%08d" % number, "title": " ".join(chance.choices(words, k=12)), "number": chance.randrange(10**9),
            "share": chance.random(), "done": chance.random() < 0.5, "body": " ".join(chance.choices(words, k=8)),
        }
        sys.stdout.write(json.dumps({"table": "t", "id": row["id"], "row": row}) + "\n")


def batches(count, path):
    out = sys.stdout
    out.write('{"epi":1,"begin":{"mode":"changes"}}\n')
    last = None
    with open(path) as file:
        for line in file:
            if '"row"' in line:
                out.write(line)
                last = line
    out.write('{"epi":1,"end":{"hash":"0"}}\n')
    row = json.loads(last)
    for number in range(1, count + 1):
        row["row"]["title"] = "changed %d" % number
        out.write(json.dumps(row) + '\n{"epi":1,"end":{"hash":"%d"}}\n' % number)


def main():
    kind, *operands = sys.argv[1:]
    if kind == "executemany":
        insert(lines(operands[0]), operands[1])
    elif kind == "pycrdt":
        insert(document(operands[0]), operands[1])
    elif kind == "million":
        million(operands[0], "schema" in operands)
    else:
        batches(int(operands[0]), operands[1])


main()
