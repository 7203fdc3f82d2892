#!/usr/bin/env python3
"""Makes logs of updates as applications keep them, for the tests of examples/.

    update_log.py epicenter LENGTH-FRAMES OUT.db      the updates of a file of length frames as updates(id, data), as Epicenter has them
    update_log.py ystore OUT.db                       two notebooks that pycrdt's SQLiteYStore has written
"""

import asyncio
import sqlite3
import sys


def frames(data):
    place = 0
    while place < len(data):
        length = shift = 0
        while True:
            byte = data[place]
            place += 1
            length |= (byte & 0x7F) << shift
            shift += 7
            if byte < 0x80:
                break
        yield data[place : place + length]
        place += length


def epicenter(source, target):
    with sqlite3.connect(target) as database:
        database.execute("CREATE TABLE updates (id INTEGER PRIMARY KEY, data BLOB NOT NULL)")
        database.executemany("INSERT INTO updates (data) VALUES (?)", ((frame,) for frame in frames(open(source, "rb").read())))


async def ystore(target):
    import jupyter_ydoc
    from pycrdt.store import SQLiteYStore

    class Store(SQLiteYStore):
        db_path = target

    for path, cells in [("json:notebook:bees' life.ipynb", ["# Bees", "count = 7"]), ("json:notebook:other.ipynb", ["x"])]:
        notebook = jupyter_ydoc.YNotebook()
        updates = []
        subscription = notebook.ydoc.observe(lambda event: updates.append(event.update))
        cell = lambda source: {"id": source[:1], "cell_type": "code", "source": source, "metadata": {}, "outputs": [], "execution_count": None}
        notebook.set({"cells": [cell(source) for source in cells], "metadata": {}, "nbformat": 4, "nbformat_minor": 5})
        # Somebody goes on writing in the last cell.
        source = notebook.ycells[len(cells) - 1]["source"]
        source += " # and more"
        async with Store(path) as store:
            for update in updates:
                await store.write(update)
        notebook.ydoc.unobserve(subscription)


if sys.argv[1] == "epicenter":
    epicenter(*sys.argv[2:])
else:
    asyncio.run(ystore(sys.argv[2]))
