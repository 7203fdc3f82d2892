"""Asks for the ten nearest rows in SQL: epi-search as whole processes, libSQL within this one.

    sql_peers.py SCRATCH [VECTORS.npy QUERIES.npy]

Without files the vectors are 20,000 random ones of 384 numbers about 2,000 centres. Distances are cosine. Recall is the share of the ten
nearest that is found. libSQL gets vectors as bound blobs; to make its index takes minutes, so its database is kept in SCRATCH. For
epi-search the time of a query is (T(N) - T(1)) / (N - 1) with statements that hold the vectors as blobs, reading them and printing rows
included. Each round asks libSQL, then epi-search.
"""

import json
import os
import sqlite3
import subprocess
import sys
import time

import libsql
import numpy

K = 10
ROUNDS = 3
ORDER = "SELECT id FROM v ORDER BY vector_distance_cos(embedding, {}) LIMIT 10"
TOP = "SELECT v.id FROM vector_top_k('near', {}, 10) AS top JOIN v ON v.rowid = top.id"


def vectors(operands):
    if operands:
        arrays = [numpy.load(path).astype("<f4") for path in operands]
    else:
        random = numpy.random.default_rng(1)
        centres = random.normal(size=(2000, 384))
        arrays = [
            (centres[random.integers(0, 2000, count)] + random.normal(size=(count, 384))).astype("<f4") for count in (20000, 1000)
        ]
    return [array / numpy.linalg.norm(array, axis=1, keepdims=True) for array in arrays]


def recall(found, nearest):
    return numpy.mean([len(set(a) & set(b.tolist())) / K for a, b in zip(found, nearest)])


class LibSQL:
    def __init__(self, path, base):
        # Made aside, so that one that was not finished is never taken for whole.
        if not os.path.exists(path):
            self.make(path + ".new", base)
            os.rename(path + ".new", path)
        self.database = libsql.connect(path)

    @staticmethod
    def make(path, base):
        if os.path.exists(path):
            os.remove(path)
        start = time.perf_counter()
        database = libsql.connect(path)
        database.execute("CREATE TABLE v(id TEXT PRIMARY KEY, embedding F32_BLOB(%d))" % base.shape[1])
        database.executemany("INSERT INTO v VALUES(?, ?)", [(str(n), row.tobytes()) for n, row in enumerate(base)])
        database.execute("CREATE INDEX near ON v(libsql_vector_idx(embedding))")
        database.commit()
        database.close()
        print(f"libSQL       rows and index made in {time.perf_counter() - start:.0f} s", flush=True)

    def ask(self, sql, queries):
        start = time.perf_counter()
        rows = [self.database.execute(sql.format("?"), (query.tobytes(),)).fetchall() for query in queries]
        return len(queries) / (time.perf_counter() - start), [[int(row[0]) for row in found] for found in rows]


class Epi:
    def __init__(self, scratch, base):
        self.scratch = scratch
        self.path, self.index = (os.path.join(scratch, name) for name in ("sql.db", "sql.epi"))
        if os.path.exists(self.path):
            os.remove(self.path)
        database = sqlite3.connect(self.path)
        database.execute("PRAGMA page_size = 16384")
        database.execute("CREATE TABLE v(id TEXT PRIMARY KEY NOT NULL, embedding F32_BLOB(%d))" % base.shape[1])
        database.executemany("INSERT INTO v VALUES(?, ?)", ((str(n), row.tobytes()) for n, row in enumerate(base)))
        database.commit()
        lines = ('{"table":"v","id":"%d","row":{"id":"%d","v":%s}}' % (n, n, json.dumps(row.tolist())) for n, row in enumerate(base))
        subprocess.run(["epi-index", "-q", "-o", self.index], input="\n".join(lines), text=True, check=True)

    def ask(self, sql, queries, *options):
        def run(count):
            path = os.path.join(self.scratch, "queries.sql")
            with open(path, "w") as file:
                for query in queries[:count]:
                    file.write(sql.format("x'%s'" % query.tobytes().hex()) + ";\n")
            start = time.perf_counter()
            output = subprocess.run(["epi-search", "--db", self.path, *options, "--sql-file", path], check=True, capture_output=True).stdout
            return time.perf_counter() - start, output
        first = min(run(1)[0] for _ in range(3))
        took, output = run(len(queries))
        ids = [int(json.loads(line)["id"]) for line in output.splitlines()]
        return (len(queries) - 1) / (took - first), [ids[start : start + K] for start in range(0, len(ids), K)]


def main():
    scratch, *operands = sys.argv[1:]
    base, queries = vectors(operands)
    similarity = queries @ base.T
    nearest = numpy.argsort(-similarity, axis=1, kind="stable")[:, :K]
    peer = LibSQL(os.path.join(scratch, "libsql-%s.db" % (os.path.basename(operands[0]) if operands else "random")), base)
    epi = Epi(scratch, base)
    snapshot = ["--index", "near=" + epi.index]
    measures = [
        ("ORDER BY vector_distance_cos", lambda: peer.ask(ORDER, queries[:60]), lambda: epi.ask(ORDER, queries[:300])),
        ("vector_top_k", lambda: peer.ask(TOP, queries[:200]), lambda: epi.ask(TOP, queries, *snapshot)),
        ("vector_top_k, --search-l 400", lambda: peer.ask(TOP, queries[:200]), lambda: epi.ask(TOP, queries, "--search-l", "400", *snapshot)),
    ]
    for name, theirs, ours in measures:
        ratios = []
        for _ in range(ROUNDS):
            (their_rate, their_rows), (our_rate, our_rows) = theirs(), ours()
            ratios.append(our_rate / their_rate)
            print(
                f"{name:30} libSQL {their_rate:7.1f} queries/s, recall {recall(their_rows, nearest):.4f}; "
                f"epi {our_rate:7.1f}, recall {recall(our_rows, nearest):.4f}; ratio {ratios[-1]:.1f}",
                flush=True)
        print(f"{name:30} median ratio {sorted(ratios)[ROUNDS // 2]:.1f}")


main()
