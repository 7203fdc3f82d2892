"""Has pycrdt (yrs) make documents of applications that are no workspaces of ours, for the paths to their rows.

    pycrdt_applications.py FOLDER

Writes to FOLDER: app.yjs, an application of somebody's own; room.yjs, a tldraw room; note.yjs, a BlockNote document with comments;
settings.yjs, a workspace that has nothing yet but settings in a list.
Each also as NAME.log: its updates with their length in front (less than 128 bytes, or a varint of two), last first.
"""

import os
import sys

from pycrdt import Array, Doc, Map, Text, XmlElement, XmlFragment, XmlText


def app(doc):
    root = doc.get("app", type=Map)
    root["title"] = Text("The app")
    root["version"] = 5
    root["todos"] = Array(
        [
            Map({"uid": "x1", "title": Text("Buy milk"), "done": False}),
            Map({"uid": "x2", "title": Text("Sell"), "done": True}),
            {"title": "plain", "uid": 3},
        ]
    )
    root["todos"].append({"title": "without uid"})
    root["todos"].append("only a text")
    root["empty"] = Map({})
    projects = doc.get("projects", type=Map)
    projects["p1"] = Map({"name": "One", "tasks": Map({"t1": Map({"n": 1}), "t2": {"n": 2}})})
    projects["p.2"] = Map({"name": "Two", "tasks": Map({"t1": Map({"n": 3})})})
    doc.get("db", type=Map)["users"] = {"rows": {"u1": {"name": "Ann"}, "u2": {"name": "Bob"}}, "count": 2}
    doc.get("db", type=Map)["posts"] = Map({"rows": Map({"a": Map({"t": 1})})})
    notes = doc.get("notes", type=Map)
    notes["n1"] = Text("first note")
    notes["n2"] = Text("second")
    odd = doc.get("settings.v2", type=Map)
    odd["a,b"] = {"on": True}
    odd["{c}"] = {"on": False}
    odd["*"] = {"on": None}


def room(doc):
    records = doc.get("tl_room1", type=Array)

    def record(kind, name, /, **fields):
        return {"key": f"{kind}:{name}", "val": {"id": f"{kind}:{name}", "typeName": kind} | fields}

    records.append(record("shape", "a", x=1.5, props={"w": 100}))
    records.append(record("page", "p", name="Page 1"))
    records.append(record("shape", "b", x=2))
    # The same key again, as after two wrote at once: the rightmost counts.
    records.append(record("shape", "a", x=9))


def note(doc):
    group = XmlElement("blockGroup")
    doc.get("document-store", type=XmlFragment).children.append(group)

    def block(parent, name, kind, text, **attributes):
        container = XmlElement("blockContainer", {"id": name})
        parent.children.append(container)
        content = XmlElement(kind, attributes)
        container.children.append(content)
        content.children.append(XmlText(text))
        return container

    block(group, "b1", "heading", 'The "title"', level="1")
    outer = block(group, "b2", "paragraph", "A paragraph")
    inner = XmlElement("blockGroup")
    outer.children.append(inner)
    block(inner, "b3", "bulletListItem", "nested")
    threads = doc.get("threads", type=Map)
    threads["t1"] = Map({"id": "t1", "resolved": False, "comments": Array([Map({"id": "c2", "body": "hi"}), Map({"id": "c1", "body": "yo"})])})


def settings(doc):
    doc.get("kv", type=Array).extend([{"key": "theme", "val": "light"}, {"key": "size", "val": 12}])
    doc.get("kv", type=Array).append({"key": "theme", "val": "dark"})


def framed(update):
    size, head = len(update), bytearray()
    while size > 127:
        head.append(size & 127 | 128)
        size >>= 7
    head.append(size)
    return bytes(head) + update


def main():
    for number, make in enumerate([app, room, note, settings]):
        doc = Doc(client_id=number + 1)
        updates = []
        subscription = doc.observe(lambda event: updates.append(event.update))
        make(doc)
        doc.unobserve(subscription)
        with open(os.path.join(sys.argv[1], make.__name__ + ".yjs"), "wb") as file:
            file.write(doc.get_update())
        with open(os.path.join(sys.argv[1], make.__name__ + ".log"), "wb") as file:
            file.write(b"".join(framed(update) for update in reversed(updates)))


main()
