"""Has pycrdt (yrs) make a document that several writers edit at once, and says what it holds.

    pycrdt_documents.py SEED FOLDER

Writes to FOLDER: log.bin, every update with its length in front, in random order and some of them twice; state.bin, the document
in one update; merged.bin, the log merged by pycrdt; expected.json, what pycrdt itself sees in the synchronized document: "dump" as
JSON, "deltas" of the texts, "rows" of the tables.

The same seed gives the same edits. Positions in texts are bytes and always lie between characters: on cuts inside a surrogate pair
yrs and yjs disagree.
"""

import json
import math
import random
import sys

from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText, merge_updates

WORDS = ["alpha", "beta", "γάμμα", "デルタ", "😀", "🧑‍🚀", "e\u0301", "\"quoted\\\"", "line\nbreak", "", "x", "𝄞𝄞", "tail "]
NAMES = ["id", "title", "größe", "tags", "n", "10", "9", "emoji😀"]


class Edits:
    """Random edits, drawn from one generator."""

    def __init__(self, rng):
        self.rng = rng

    def word(self):
        return "".join(self.rng.choice(WORDS) for _ in range(self.rng.randint(1, 3)))

    def value(self, depth=2):
        kind = self.rng.randrange(12 if depth else 9)
        if kind == 0:
            return None
        if kind == 1:
            return self.rng.choice([True, False])
        if kind == 2:
            return self.rng.randint(-100, 100)
        if kind == 3:
            return self.rng.choice([2**31, -(2**31), 2**40, 2**53 - 1, 1 - 2**53])
        if kind == 4:
            return self.rng.choice([0.5, 0.1, -0.0, 1e300, -2.5e-7, 1e21, math.pi, math.nan, math.inf])
        if kind == 5:
            return bytes(self.rng.randrange(256) for _ in range(self.rng.randint(0, 5)))
        if kind <= 8:
            return self.word()
        if kind == 9:
            return [self.value(depth - 1) for _ in range(self.rng.randint(0, 4))]
        return {self.rng.choice(NAMES): self.value(depth - 1) for _ in range(self.rng.randint(0, 4))}

    def shared(self, depth=2):
        """A shared type that goes into another."""
        kind = self.rng.randrange(3)
        if kind == 0:
            return Text(self.word())
        if kind == 1:
            return Array([self.value() for _ in range(self.rng.randint(0, 3))] + ([self.shared(depth - 1)] if depth else []))
        return Map({self.rng.choice(NAMES): self.shared(depth - 1) if depth and self.rng.random() < 0.4 else self.value() for _ in range(3)})

    def places(self, text):
        """All positions between two characters or embeds, in bytes; an embed counts as one."""
        places = [0]
        for value, _ in text.diff():
            for part in value if isinstance(value, str) else [None]:
                places.append(places[-1] + (1 if part is None else len(part.encode())))
        return places

    def place(self, text):
        return self.rng.choice(self.places(text))

    def span(self, text):
        places = self.places(text)
        return sorted((self.rng.choice(places), self.rng.choice(places)))

    def attributes(self):
        return self.rng.choice([{"bold": True}, {"italic": {}}, {"link": {"href": "a b"}}, {"bold": None}, {"color": "red"}, {"color": None}])

    # Edits of one kind of type each

    def text(self, text):
        roll = self.rng.random()
        if roll < 0.45:
            text.insert(self.place(text), self.word())
        elif roll < 0.6:
            text.insert(self.place(text), self.word(), self.attributes())
        elif roll < 0.8:
            start, stop = self.span(text)
            if start < stop:
                text.format(start, stop, self.attributes())
        elif roll < 0.93:
            start, stop = self.span(text)
            if start < stop:
                del text[start:stop]
        else:
            text.insert_embed(self.place(text), {"image": self.word()})

    def array(self, array):
        roll = self.rng.random()
        if not len(array) or roll < 0.4:
            array.insert(self.rng.randint(0, len(array)), self.value())
        elif roll < 0.5:
            array.extend([self.value() for _ in range(self.rng.randint(1, 6))])
        elif roll < 0.6:
            array.insert(self.rng.randint(0, len(array)), self.shared())
        elif roll < 0.75:
            start = self.rng.randrange(len(array))
            del array[start : min(len(array), start + self.rng.randint(1, 4))]
        elif roll < 0.85:
            # What a user calls a move: the value is deleted here and inserted there.
            place = self.rng.randrange(len(array))
            value = array[place]
            if not isinstance(value, (Text, Array, Map, bytearray, list, dict)):
                del array[place]
                array.insert(self.rng.randint(0, len(array)), value)
        else:
            self.nested(array[self.rng.randrange(len(array))])

    def map(self, map):
        roll = self.rng.random()
        keys = sorted(map.keys())
        if not keys or roll < 0.55:
            map[self.rng.choice(NAMES)] = self.value()
        elif roll < 0.65:
            map[self.rng.choice(NAMES)] = self.shared()
        elif roll < 0.8:
            del map[self.rng.choice(keys)]
        else:
            self.nested(map[self.rng.choice(keys)])

    def nested(self, value):
        if isinstance(value, Text):
            self.text(value)
        elif isinstance(value, Array):
            self.array(value)
        elif isinstance(value, Map):
            self.map(value)

    def tables(self, tables):
        table = self.rng.choice(["posts", "leute", "t😀"])
        if table not in tables:
            tables[table] = Map()
            return
        rows = tables[table]
        row = "row%d" % self.rng.randrange(8)
        if row not in rows:
            rows[row] = Map({"id": row, "title": self.word()})
        elif self.rng.random() < 0.1:
            del rows[row]
        else:
            self.map(rows[row])

    def xml(self, node, depth=3):
        roll = self.rng.random()
        children = list(node.children)
        if not children or roll < 0.3:
            tag = self.rng.choice(["p", "div", "H1", "Überschrift"])
            new = XmlElement(tag) if self.rng.random() < 0.6 else XmlText(self.word())
            node.children.insert(self.rng.randint(0, len(children)), new)
        elif roll < 0.4:
            del node.children[self.rng.randrange(len(children))]
        else:
            child = self.rng.choice(children)
            if isinstance(child, XmlText):
                self.text(child)
            elif roll < 0.6 or not depth:
                name = self.rng.choice(["class", "id", "ä"])
                if name in child.attributes and self.rng.random() < 0.3:
                    del child.attributes[name]
                else:
                    child.attributes[name] = self.word()
            else:
                self.xml(child, depth - 1)


ROOTS = {"tables": Map, "list": Array, "map": Map, "text": Text, "xml": XmlFragment}


class Writer:
    def __init__(self, client, log):
        self.doc = Doc(client_id=client)
        self.roots = {name: self.doc.get(name, type=kind) for name, kind in ROOTS.items()}
        self.doc.observe(lambda event: log.append(bytes(event.update)))

    def edit(self, edits):
        with self.doc.transaction():
            for _ in range(edits.rng.randint(1, 4)):
                name = edits.rng.choice(list(ROOTS))
                getattr(edits, name if name in ("tables", "map", "text", "xml") else "array")(self.roots[name])

    def pull(self, other):
        self.doc.apply_update(other.doc.get_update(self.doc.get_state()))


# What pycrdt sees, as the tools print it


def plain(value):
    if isinstance(value, (Text, Array, Map)):
        if isinstance(value, Text):
            return str(value)
        if isinstance(value, Array):
            return [plain(item) for item in value]
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (bytes, bytearray)):
        import base64

        return {"$base64": True, "encoded": base64.b64encode(value).decode()}
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value == int(value) and abs(value) < 2**53 else value
    if isinstance(value, list):
        return [plain(item) for item in value]
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return value


def delta(text):
    operations = []
    for value, attributes in text.diff():
        operation = {"insert": plain(value)}
        if attributes:
            operation["attributes"] = plain(dict(attributes))
        last = operations[-1] if operations else None
        if last and isinstance(value, str) and isinstance(last["insert"], str) and last.get("attributes") == operation.get("attributes"):
            last["insert"] += value
        else:
            operations.append(operation)
    return operations


def string(value):
    """String() of JavaScript, for what stands in the attributes of a format."""
    if value is True or value is False:
        return "true" if value else "false"
    return "null" if value is None else str(value)


def markup(node):
    if isinstance(node, XmlText):
        out = ""
        for value, attributes in node.diff():
            text = value if isinstance(value, str) else "[object Object]"
            for name in sorted(attributes or {}, reverse=True, key=str.encode):
                entries = attributes[name] if isinstance(attributes[name], dict) else {}
                text = "<%s%s>%s</%s>" % (name, "".join(' %s="%s"' % (key, string(entries[key])) for key in sorted(entries)), text, name)
            out += text
        return out
    inner = "".join(markup(child) for child in node.children)
    if isinstance(node, XmlElement):
        name = node.tag.lower()
        attributes = "".join(' %s="%s"' % pair for pair in sorted(node.attributes, key=lambda pair: pair[0].encode()))
        return "<%s%s>%s</%s>" % (name, attributes, inner, name)
    return inner


def view(writer):
    roots = writer.roots
    dump = {name: markup(root) if name == "xml" else plain(root) for name, root in roots.items()}
    rows = [
        {"table": table, "id": id, "row": row}
        for table, members in dump["tables"].items()
        for id, row in members.items()
    ]
    rows.sort(key=lambda row: (row["table"].encode(), row["id"].encode()))
    return {"dump": dump, "deltas": {"text": delta(roots["text"])}, "rows": rows}


def frame(update):
    size, length = len(update), bytearray()
    while size > 127:
        length.append(size & 127 | 128)
        size >>= 7
    return bytes(length) + bytes([size]) + update


def main():
    seed, folder = int(sys.argv[1]), sys.argv[2]
    rng = random.Random(seed)
    edits = Edits(rng)
    log = []
    clients = rng.sample(range(1, 2**32), rng.randint(2, 5))
    if seed % 3 == 0:
        clients = [client << 20 for client in clients]
    writers = [Writer(client, log) for client in clients]
    for _ in range(rng.randint(40, 160)):
        rng.choice(writers).edit(edits)
        if rng.random() < 0.15:
            reader, other = rng.sample(writers, 2)
            reader.pull(other)
    for _ in range(2):
        for writer in writers:
            for other in writers:
                if writer is not other:
                    writer.pull(other)
    expected = view(writers[0])
    for writer in writers[1:]:
        assert json.dumps(view(writer), sort_keys=True) == json.dumps(expected, sort_keys=True), "pycrdt's writers disagree"

    merged = merge_updates(*log)
    log += rng.sample(log, len(log) // 10)
    rng.shuffle(log)
    with open(folder + "/log.bin", "wb") as file:
        file.write(b"".join(frame(update) for update in log))
    with open(folder + "/state.bin", "wb") as file:
        file.write(writers[0].doc.get_update())
    with open(folder + "/merged.bin", "wb") as file:
        file.write(merged)
    with open(folder + "/expected.json", "w") as file:
        json.dump(expected, file, ensure_ascii=False)


main()
