"""Vectors for the benchmarks, as many as are wanted: derived from those of a file, or from random ones.

    vectors.py COUNT QUERIES DIMENSIONS ROWS.ndjson QUERIES.ndjson [VECTORS.npy]

writes COUNT vectors as rows and QUERIES others as queries, the same every time; fewer vectors are the first of more.
"""

import base64
import sys

import numpy

NEIGHBOURS = 16


def unit(array):
    return (array / numpy.linalg.norm(array, axis=1, keepdims=True)).astype(numpy.float32)


def clustered(count, dimensions=384, centres=2000):
    """Random vectors about random centres."""
    random = numpy.random.default_rng(1)
    middles = random.normal(size=(centres, dimensions))
    return unit(middles[random.integers(0, centres, count)] + random.normal(size=(count, dimensions)))


def derived(base, count):
    """Vectors that lie as those of `base` do: each between one and a near one, moved as two others that are near each other differ."""
    near = numpy.empty((len(base), NEIGHBOURS), numpy.int32)
    for start in range(0, len(base), 1000):
        part = base[start : start + 1000]
        products = part @ base.T
        products[numpy.arange(len(part)), numpy.arange(start, start + len(part))] = -2
        near[start : start + 1000] = numpy.argpartition(-products, NEIGHBOURS, axis=1)[:, :NEIGHBOURS]
    # A row of random numbers a vector, so that fewer vectors begin alike.
    numbers = numpy.random.default_rng(2).random((count, 5))
    one, start = (numbers[:, :2].T * len(base)).astype(int)
    other, end = (near[row, (column * NEIGHBOURS).astype(int)] for row, column in ((one, numbers[:, 2]), (start, numbers[:, 3])))
    weight = (0.3 + 0.4 * numbers[:, 4:]).astype(numpy.float32)
    return unit(base[one] * weight + base[other] * (1 - weight) + 0.45 * (base[end] - base[start]))


def widened(vectors, dimensions):
    """The same vectors with more numbers: bent random images of them behind them."""
    random = numpy.random.default_rng(3)
    width = vectors.shape[1]
    parts = [vectors]
    while sum(part.shape[1] for part in parts) < dimensions:
        image = vectors @ (random.normal(size=(width, width)).astype(numpy.float32) / width**0.5)
        parts.append(unit(numpy.tanh(2 * width**0.5 * image)))
    return unit(numpy.concatenate(parts, axis=1)[:, :dimensions])


def write_rows(path, vectors):
    with open(path, "w") as file:
        for number, vector in enumerate(vectors):
            text = base64.b64encode(vector.astype("<f4").tobytes()).decode()
            file.write('{"table":"t","id":"%07d","row":{"id":"%07d","v":{"$f32":"%s"}}}\n' % (number, number, text))


def write_queries(path, vectors):
    with open(path, "w") as file:
        for vector in vectors:
            file.write('{"$f32":"%s"}\n' % base64.b64encode(vector.astype("<f4").tobytes()).decode())


def main():
    count, queries, dimensions = map(int, sys.argv[1:4])
    base = unit(numpy.load(sys.argv[6]).astype(numpy.float32)) if len(sys.argv) > 6 else clustered(20000)
    vectors = widened(derived(base, queries + count), dimensions)
    write_rows(sys.argv[4], vectors[queries:])
    write_queries(sys.argv[5], vectors[:queries])


if __name__ == "__main__":
    main()
