"""Makes the documents that the benchmarks read, with pycrdt (yrs); the same every time.

    corpora.py FOLDER [NAME...]

All, or those of the names given; what lies in FOLDER already is left alone. They have the shape of what applications write:

    maps-ROWS.v1.bin       rows of 8 fields in the layout 'maps', written by 5 writers at once, 40 % of the rows changed later by
                           another one, 2 % deleted; at four sizes, to see how the cost grows
    lww-rows-100k.v1.bin   100,000 rows in an array of {key, val, ts}, 30 % of them replaced
    notes-4k.v1.bin        3,886 recordings with texts, and as many embeddings of 384 numbers
    edits-N.log.v1.bin     somebody writes a text: N updates of one character each, each with its length in front; three sizes
    edits.v1.bin           the text that the longest of these comes to, in one update
    vectors-20k.ndjson     no document, but rows: 20,000 vectors of 384 numbers
"""

import os
import random
import sys

from pycrdt import Array, Doc, Map, Text

WORDS = (
    "time person year way day thing man world life hand part child eye woman place work week case point company number group problem"
    " fact note garden river winter bread music letter engine station window colour paper island market village question"
).split()
LETTERS = "etaoinshrdlu cmfwyp "


def sentence(rng, least, most):
    return " ".join(rng.choice(WORDS) for _ in range(rng.randint(least, most)))


def recording(rng, name, number):
    return {
        "id": name,
        "title": sentence(rng, 2, 6),
        "transcript": sentence(rng, 6, 24),
        "createdAt": f"2026-{number % 12 + 1:02}-{number % 28 + 1:02}T{number % 24:02}:{number % 60:02}:00.000Z|Europe/Berlin",
        "durationMs": rng.randint(1000, 3_600_000),
        "rating": round(rng.random() * 5, 3),
        "starred": rng.random() < 0.2,
        "tags": [rng.choice(WORDS) for _ in range(rng.randint(0, 3))],
    }


def maps(count):
    rng = random.Random(count)
    writers = [Doc(client_id=1000 + writer) for writer in range(5)]
    # One of them makes the table; the others know of it before they write.
    writers[0].get("tables", type=Map)["recordings"] = Map({})
    for doc in writers[1:]:
        doc.apply_update(writers[0].get_update())
    names = [f"rec_{number:08}" for number in range(count)]
    for writer, doc in enumerate(writers):
        rows = doc.get("tables", type=Map)["recordings"]
        with doc.transaction():
            for number in range(writer, count, 5):
                rows[names[number]] = Map(recording(rng, names[number], number))
    whole = Doc(client_id=2000)
    for doc in writers:
        whole.apply_update(doc.get_update())
    state = whole.get_update()
    # Everybody has seen everything; now they change and delete what others wrote.
    changed = rng.sample(range(count), count * 2 // 5)
    for writer in range(5):
        doc = Doc(client_id=3000 + writer)
        doc.apply_update(state)
        rows = doc.get("tables", type=Map)["recordings"]
        with doc.transaction():
            for number in changed[writer::5]:
                rows[names[number]]["title"] = sentence(rng, 2, 6)
        whole.apply_update(doc.get_update())
    rows = whole.get("tables", type=Map)["recordings"]
    with whole.transaction():
        for number in rng.sample(range(count), count // 50):
            del rows[names[number]]
    return whole.get_update()


def lww_rows(count):
    rng = random.Random(1)

    def entry(number, ts):
        name = f"rec_{number:08}"
        return {"key": name, "val": recording(rng, name, number), "ts": ts}

    # A writer a session: pycrdt finds a place in a list by walking there from its start.
    whole = Doc(client_id=4000)
    for session in range(0, count, 5000):
        doc = Doc(client_id=4001 + session)
        entries = doc.get("table:recordings", type=Array)
        for first in range(session, session + 5000, 100):
            # Replaced as the applications do it: the old entry is deleted, the new one put at the end.
            replaced = sorted(rng.sample(range(100), 30), reverse=True)
            with doc.transaction():
                start = len(entries)
                entries.extend([entry(number, 1_700_000_000_000 + number) for number in range(first, first + 100)])
                for place in replaced:
                    del entries[start + place]
                entries.extend([entry(first + place, 1_800_000_000_000 + first) for place in reversed(replaced)])
        whole.apply_update(doc.get_update())
    return whole.get_update()


def notes(count):
    rng = random.Random(2)
    doc = Doc(client_id=5000)
    tables = doc.get("tables", type=Map)
    with doc.transaction():
        tables["recordings"] = Map({})
        tables["embeddings"] = Map({})
        for number in range(count):
            name = f"rec_{number:08}"
            row = recording(rng, name, number) | {"transcript": Text(sentence(rng, 20, 60))}
            tables["recordings"][name] = Map(row)
            numbers = [round(rng.gauss(0, 0.05), 8) for _ in range(384)]
            tables["embeddings"][f"emb_{number:08}"] = Map({"id": f"emb_{number:08}", "recordingId": name, "embedding": numbers})
    return doc.get_update()


def edits(count):
    """The updates of `count` keystrokes: bursts of typing, now and then some characters taken back, at wandering places."""
    rng = random.Random(3)
    doc = Doc(client_id=6000)
    updates = []
    subscription = doc.observe(lambda event: updates.append(event.update))
    text = doc.get("text", type=Text)
    length = cursor = 0
    deleting = 0
    while len(updates) < count:
        if rng.random() < 0.01:
            cursor = rng.randint(0, length)
        if not deleting and rng.random() < 0.06:
            deleting = rng.randint(1, 12)
        if deleting and cursor:
            deleting -= 1
            cursor -= 1
            length -= 1
            del text[cursor : cursor + 1]
        else:
            deleting = 0
            text.insert(cursor, rng.choice(LETTERS))
            cursor += 1
            length += 1
    doc.unobserve(subscription)
    return updates, doc.get_update()


def vectors(count):
    rng = random.Random(4)
    for number in range(count):
        numbers = ",".join(f"{rng.gauss(0, 0.05):.9g}" for _ in range(384))
        yield f'{{"table":"vectors","id":"n{number:08}","row":{{"id":"n{number:08}","embedding":[{numbers}]}}}}\n'.encode()


def framed(update):
    """The update with its length in front, as a variable integer."""
    size, head = len(update), bytearray()
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + update


def main():
    folder, wanted = sys.argv[1], sys.argv[2:]
    os.makedirs(folder, exist_ok=True)

    def write(name, content):
        path = os.path.join(folder, name)
        with open(path + ".part", "wb") as file:
            file.write(content)
        os.replace(path + ".part", path)

    def missing(name):
        if os.path.exists(os.path.join(folder, name)) or (wanted and name not in wanted):
            return False
        print(f"    {name}", flush=True)
        return True

    for count, name in [(12_500, "12k"), (25_000, "25k"), (50_000, "50k"), (100_000, "100k")]:
        if missing(f"maps-{name}.v1.bin"):
            write(f"maps-{name}.v1.bin", maps(count))
    if missing("lww-rows-100k.v1.bin"):
        write("lww-rows-100k.v1.bin", lww_rows(100_000))
    if missing("notes-4k.v1.bin"):
        write("notes-4k.v1.bin", notes(3886))
    if missing("vectors-20k.ndjson"):
        write("vectors-20k.ndjson", b"".join(vectors(20_000)))
    # Written last, so that it stands for all that come from the same keystrokes.
    if missing("edits.v1.bin"):
        updates, state = edits(260_000)
        for count, name in [(65_000, "65k"), (130_000, "130k"), (260_000, "260k")]:
            write(f"edits-{name}.log.v1.bin", b"".join(framed(update) for update in updates[:count]))
        write("edits.v1.bin", state)


main()
