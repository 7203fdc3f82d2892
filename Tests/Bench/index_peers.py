"""Builds and searches indexes over the same vectors: epi-index and epi-search as whole processes, hnswlib and rabitqlib within this one.

    index_peers.py SCRATCH [VECTORS.npy QUERIES.npy]

Without files the vectors are 20,000 random ones of 384 numbers about 2,000 centres. Distances are cosine. Recall is the share of the ten
nearest that is found. Searches use one thread, builds two. For epi-search the time of a query is (T(N) - T(1)) / (N - 1), reading the
queries as JSON text and printing ids included; the others get and give arrays, and so does `epi-bench search`.
"""

import base64
import json
import os
import subprocess
import sys
import time

import hnswlib
import numpy
import rabitqlib

K = 10
ROUNDS = 3
WIDTHS = (10, 12, 16, 20, 24, 28, 32, 36, 40, 48, 56, 64, 72, 80, 96, 128, 192, 256)


def vectors(operands):
    if operands:
        arrays = [numpy.load(path).astype(numpy.float32) for path in operands]
    else:
        random = numpy.random.default_rng(1)
        centres = random.normal(size=(2000, 384))
        arrays = [
            (centres[random.integers(0, 2000, count)] + random.normal(size=(count, 384))).astype(numpy.float32)
            for count in (20000, 1000)
        ]
    return [array / numpy.linalg.norm(array, axis=1, keepdims=True) for array in arrays]


def share(found, nearest):
    return numpy.mean([len(set(map(int, a)) & set(map(int, b))) / K for a, b in zip(found, nearest)])


def seconds(work):
    start = time.perf_counter()
    result = work()
    return time.perf_counter() - start, result


def report(name, points):
    for target in (0.95, 0.99):
        fast = [rate for recall, rate in points if recall >= target]
        print(f"{name:12} recall {target}: {max(fast):8.0f} queries/s" if fast else f"{name:12} recall {target}: not reached", flush=True)


def epi(scratch, base, queries, nearest):
    rows, one, many, index = (os.path.join(scratch, name) for name in ("rows.ndjson", "one", "many", "bench.epi"))
    with open(rows, "w") as file:
        for number, vector in enumerate(base):
            text = base64.b64encode(vector.tobytes()).decode()
            file.write('{"table":"t","id":"%d","row":{"id":"%d","v":{"$f32":"%s"}}}\n' % (number, number, text))
    lines = [json.dumps([float(value) for value in query]) + "\n" for query in queries]
    with open(one, "w") as file:
        file.write(lines[0])
    with open(many, "w") as file:
        file.writelines(lines * 5)
    took, _ = seconds(lambda: subprocess.run(["epi-index", "--threads", "2", "-o", index, rows], check=True))
    print(f"epi          build {took:.2f} s, file {os.path.getsize(index) / base.nbytes:.2f} times the vectors")
    points = []
    for width in WIDTHS:
        command = ["epi-search", "-k", str(K), "--threads", "1", "--format=ids", "--search-l", str(width), index]
        def run(path):
            return seconds(lambda: subprocess.run([*command, path], check=True, capture_output=True).stdout)
        first = min(run(one)[0] for _ in range(ROUNDS))
        took, output = min(run(many) for _ in range(ROUNDS))
        found = [json.loads(line) for line in output.splitlines()][: len(queries)]
        points.append((share(found, nearest), (5 * len(queries) - 1) / (took - first)))
        print(f"epi          search-l {width}: recall {points[-1][0]:.4f}, {points[-1][1]:.0f} queries/s, one alone {first * 1000:.1f} ms")
    report("epi", points)
    # Without reading text and printing, as the others are measured.
    rates = subprocess.run(["epi-bench", "search", str(ROUNDS), index, many], check=True, capture_output=True, text=True).stdout
    report("epi, itself", [(float(line[1]), 1e6 / float(line[3])) for line in map(str.split, rates.splitlines())])


def peer(name, build, search, widths, nearest):
    took, index = seconds(build)
    print(f"{name:12} build {took:.2f} s")
    points = []
    for width in widths:
        took, found = min((seconds(lambda: search(index, width)) for _ in range(ROUNDS)), key=lambda pair: pair[0])
        points.append((share(found, nearest), len(nearest) / took))
    report(name, points)


def main():
    scratch, *operands = sys.argv[1:]
    base, queries = vectors(operands)
    nearest = numpy.argsort(-(queries @ base.T), axis=1)[:, :K]
    dimensions = base.shape[1]
    print(f"{len(base)} vectors of {dimensions} numbers, {len(queries)} queries")
    epi(scratch, base, queries, nearest)

    def hnsw():
        index = hnswlib.Index("cosine", dimensions)
        index.init_index(len(base), M=16, ef_construction=200)
        index.add_items(base, num_threads=2)
        return index

    def search_hnsw(index, width):
        index.set_ef(width)
        return index.knn_query(queries, K, num_threads=1)[0]

    peer("hnswlib", hnsw, search_hnsw, WIDTHS, nearest)

    def symphony():
        index = rabitqlib.SymqgIndex(dimensions, 32)
        index.build(base, 200, 2)
        return index

    def search_symphony(index, width):
        results = index.search_batch(queries, K, width, 1)
        return next(array for array in results if numpy.asarray(array).dtype.kind in "iu")

    peer("SymphonyQG", symphony, search_symphony, (20, 30, *WIDTHS[5:]), nearest)


main()
