"""Changes streams of epi-ydecode, followed while pycrdt writes: what the batches add up to must be what a snapshot says.

usage: pycrdt_changes.py SCENARIO SEED TOOL FOLDER
"""

import json
import os
import random
import select
import signal
import sqlite3
import subprocess
import sys

from pycrdt import Array, Doc, Map

scenario, seed, TOOL, FOLDER = sys.argv[1], int(sys.argv[2]), sys.argv[3], sys.argv[4]
random.seed(seed)
PATIENCE = 30


def path(name):
    return os.path.join(FOLDER, name)


def framed(update):
    head, count = b"", len(update)
    while count >= 0x80:
        head += bytes([count & 0x7F | 0x80])
        count >>= 7
    return head + bytes([count]) + update


class State:
    """What the lines of a stream add up to."""

    def __init__(self):
        self.rows, self.end, self.begin, self.lines = {}, None, None, []

    def take(self, line):
        """Takes in a line; true when it closes a batch."""
        text, line = line, json.loads(line)
        if "begin" in line:
            self.begin = line["begin"]
        elif "end" in line:
            self.end = line["end"]
            counted = [len([l for l in self.lines if "table" in l and bool(l.get("deleted")) == gone]) for gone in (False, True)]
            assert [self.end["rows"], self.end.get("deleted", 0)] == counted, (self.end, self.lines)
            self.last, self.lines = self.lines, []
            return True
        elif "fields" not in line:
            self.lines.append(line)
            key = (line.get("table"), line.get("id"), line.get("kv"))
            if line.get("deleted"):
                assert key in self.rows, ("gone, and was never there", line)
                del self.rows[key]
            else:
                assert self.rows.get(key) != text.strip(), ("printed, and has not changed", line)
                self.rows[key] = text.strip()
        return False


def snapshot(options):
    run = subprocess.run([TOOL, *options], capture_output=True)
    assert run.returncode in (0, 1), run
    state = State()
    for line in run.stdout.splitlines():
        state.take(line)
    return state


class Watch(State):
    """A running epi-ydecode --watch."""

    def __init__(self, options, *more):
        super().__init__()
        self.options, self.text = options, b""
        self.process = subprocess.Popen([TOOL, "--watch", "--debounce=5", *more, *options], stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def line(self, stream):
        """The next line of a stream; an error when none comes in time."""
        text = b""
        while not text.endswith(b"\n"):
            ready, _, _ = select.select([stream], [], [], PATIENCE)
            assert ready, "nothing came"
            byte = os.read(stream.fileno(), 1)
            assert byte, ("the stream ended", self.process.wait(), self.process.stderr.read())
            text += byte
        return text

    def batch(self):
        while not self.take(self.line(self.process.stdout)):
            pass

    def follow(self):
        """Reads batches until the state is that of a snapshot."""
        wanted = snapshot(self.options)
        while self.end is None or self.end["hash"] != wanted.end["hash"]:
            self.batch()
        assert self.rows == wanted.rows, set(self.rows.items()) ^ set(wanted.rows.items())
        assert self.end["tables"] == wanted.end["tables"], (self.end, wanted.end)

    def error(self):
        return self.line(self.process.stderr).decode()

    def stop(self, number=signal.SIGTERM):
        self.process.send_signal(number)
        rest = self.process.stdout.read()
        assert self.process.wait() == -number, self.process.returncode
        assert not rest, rest
        return self.process.stderr.read().decode()


class Writers:
    """Two writers of one workspace who meet now and then."""

    def __init__(self, layout):
        self.layout, self.docs, self.updates = layout, [Doc(), Doc()], []
        for doc in self.docs:
            doc.observe(lambda event: self.updates.append(event.update))

    def step(self):
        doc = random.choice(self.docs)
        for _ in range(random.randint(1, 3)):
            (self.entry_step if self.layout in ("lww-rows", "lww-cells", "kv-rows") else self.map_step)(doc)
        if random.random() < 0.3:
            for a, b in (self.docs, reversed(self.docs)):
                b.apply_update(a.get_update(b.get_state()))

    def map_step(self, doc):
        chance = random.random()
        tables = doc.get("tables", type=Map)
        table, row = random.choice("xy"), f"r{random.randint(0, 8)}"
        with doc.transaction():
            if chance < 0.1:
                doc.get("kv", type=Map)[f"k{random.randint(0, 2)}"] = random.randint(0, 3)
            elif chance < 0.15 and f"k0" in doc.get("kv", type=Map):
                del doc.get("kv", type=Map)["k0"]
            elif table not in tables or chance < 0.17:
                tables[table] = Map({row: Map({"n": 1})})
            elif chance < 0.3 and row in tables[table]:
                del tables[table][row]
            elif row not in tables[table] or chance < 0.4:
                tables[table][row] = Map({"n": random.randint(0, 5), "list": Array([1])})
            elif chance < 0.6 and "list" in tables[table][row]:
                tables[table][row]["list"].append(random.randint(0, 9))
            else:
                tables[table][row]["abc"[random.randint(0, 2)]] = random.choice([1, 2.5, "ä", None, True])

    def entry_step(self, doc):
        chance, time = random.random(), random.randint(1, 30)
        name, key = random.choice(["table:x", "table:y"]), f"r{random.randint(0, 8)}"
        if chance < 0.1:
            self.put(doc, "kv", f"k{random.randint(0, 2)}", random.randint(0, 3), time)
        elif chance < 0.25:
            entries = doc.get(name, type=Array)
            if len(entries):
                del entries[random.randrange(len(entries))]
        elif self.layout == "lww-cells":
            self.put(doc, name, f"{key}:c{random.randint(0, 2)}", random.randint(0, 5), time)
        else:
            self.put(doc, name, key, {"t": random.choice("abc"), "n": random.randint(0, 5)}, time)

    def put(self, doc, name, key, value, time):
        entries = doc.get(name, type=Array)
        entry = {"key": key, "val": value} | ({} if self.layout == "kv-rows" else {"ts": time})
        with doc.transaction():
            # Writers mostly delete the entry before.
            if random.random() < 0.8:
                for index in range(len(entries) - 1, -1, -1):
                    if entries[index]["key"] == key:
                        del entries[index]
            entries.append(entry)

    def take(self):
        updates, self.updates = self.updates, []
        return updates

    def state(self):
        for a, b in (self.docs, reversed(self.docs)):
            b.apply_update(a.get_update(b.get_state()))
        self.updates = []
        return self.docs[0].get_update()


def append(updates, name="log"):
    with open(path(name), "ab") as file:
        file.write(b"".join(map(framed, updates)))


def log_of(layout):
    """A log that grows, whatever the layout; sometimes a frame is cut for a moment, or updates come in the wrong order."""
    writers = Writers(layout)
    for _ in range(5):
        writers.step()
    append(writers.take())
    options = ["--frames=length", f"--layout={layout}", path("log")]
    watch = Watch(options, "--settle=600000")  # On a busy machine a frame may lie cut for seconds.
    watch.follow()
    assert watch.begin == {"mode": "changes"}, watch.begin
    for number in range(60):
        writers.step()
        updates = writers.take()
        if number % 7 == 3:
            random.shuffle(updates)
        data = b"".join(map(framed, updates))
        cut = random.randint(0, len(data)) if number % 5 == 2 else len(data)
        with open(path("log"), "ab", buffering=0) as file:
            file.write(data[:cut])
            file.write(data[cut:])
        watch.follow()
    assert not watch.stop(), "nothing was wrong"


def rewritten():
    """A file of one update that is written anew: in place, in two halves, by another name; garbage is told once."""
    writers = Writers("maps")
    for _ in range(20):
        writers.step()
    open(path("doc.yjs"), "wb").write(writers.state())
    options = ["--layout=maps", "--encoding=v1", path("doc.yjs")]
    watch = Watch(options, "--settle=60")
    watch.follow()
    for number in range(20):
        writers.step()
        data = writers.state()
        if number % 3 == 0:
            open(path("new"), "wb").write(data)
            os.replace(path("new"), path("doc.yjs"))
        else:
            with open(path("doc.yjs"), "wb", buffering=0) as file:
                file.write(data[: len(data) // 2])
                file.write(data[len(data) // 2 :])
        watch.follow()
    good = open(path("doc.yjs"), "rb").read()
    open(path("doc.yjs"), "wb").write(good[: len(good) // 2])
    warning = watch.error()
    assert "warning" in warning and "doc.yjs@" in warning, warning
    assert "hint" in watch.error()
    # The last good state stays; what comes next is compared with that.
    writers.step()
    open(path("doc.yjs"), "wb").write(writers.state())
    watch.follow()
    assert not watch.stop(signal.SIGINT), "told once"


def linked():
    """A symbolic link that comes to lead to another file; that file is followed then."""

    def document(rows):
        doc = Doc()
        doc.get("tables", type=Map)["t"] = Map({f"r{number}": Map({"n": number}) for number in range(rows)})
        return doc.get_update()

    def link(name):
        os.symlink(name, path("new"))
        os.replace(path("new"), path("doc.yjs"))

    for name, rows in (("one", 1), ("two", 2)):
        os.makedirs(path(name))
        open(path(f"{name}/file"), "wb").write(document(rows))
    link("one/file")
    watch = Watch(["--encoding=v1", "--layout=maps", path("doc.yjs")])
    watch.follow()
    for change in (lambda: link("two/file"), lambda: open(path("two/file"), "wb").write(document(3)), lambda: link("one/file")):
        change()
        watch.follow()
    os.remove(path("doc.yjs")), link("two/file"), watch.follow()
    assert not watch.stop()


def database():
    """A log in a SQLite database, in WAL mode and then compacted to one row."""
    writers = Writers("maps")
    base = sqlite3.connect(path("log.db"), isolation_level=None)
    base.execute("PRAGMA journal_mode=%s" % ("wal" if seed % 2 else "delete"))
    base.execute("CREATE TABLE updates(id INTEGER PRIMARY KEY, data BLOB)")

    def add(updates):
        base.execute("BEGIN")
        for update in updates:
            base.execute("INSERT INTO updates(data) VALUES(?)", [update])
        base.execute("COMMIT")

    writers.step()
    add(writers.take())
    options = ["--from-sqlite=updates.data", "--encoding=v1", "--layout=maps", path("log.db")]
    watch = Watch(options)
    watch.follow()
    for number in range(30):
        writers.step()
        if number % 10 == 9:
            base.execute("BEGIN")
            base.execute("DELETE FROM updates")
            base.execute("INSERT INTO updates(data) VALUES(?)", [writers.state()])
            base.execute("COMMIT")
        else:
            add(writers.take())
        watch.follow()
    assert not watch.stop()


def since():
    """--since: each run prints what has changed since the one before, and says what it continues."""
    writers = Writers("maps")
    state, last = State(), None
    for number in range(30):
        writers.step()
        append(writers.take())
        options = ["--frames=length", "--layout=maps", path("log")]
        run = subprocess.run([TOOL, "--since", path("since"), *options], capture_output=True)
        assert run.returncode == 0 and not run.stderr, run
        for line in run.stdout.splitlines():
            state.take(line)
        assert state.begin == ({"mode": "changes"} if last is None else {"mode": "changes", "since": last}), state.begin
        wanted = snapshot(options)
        assert state.rows == wanted.rows and state.end["hash"] == wanted.end["hash"], (state.end, wanted.end)
        last = state.end["hash"]
    run = subprocess.run([TOOL, "--since", path("since"), *options], capture_output=True)
    assert len(run.stdout.splitlines()) == 2 and json.loads(run.stdout.splitlines()[1])["end"]["rows"] == 0, run
    kept = open(path("since"), "rb").read()
    for damage in (b"x" + kept[1:], kept[:-1], kept[: len(kept) // 2] + b"\0" + kept[len(kept) // 2 + 1 :], b"{}\n"):
        open(path("since"), "wb").write(damage)
        run = subprocess.run([TOOL, "--since", path("since"), *options], capture_output=True)
        assert run.returncode == 65 and b"since" in run.stderr and b"hint" in run.stderr, run
        assert not run.stdout and open(path("since"), "rb").read() == damage, "nothing was printed or written"
    # Nobody reads: the next run says the same again.
    open(path("since"), "wb").write(kept)
    writers.step()
    writers.map_step(writers.docs[0])
    append(writers.take())
    closed, writing = os.pipe()
    os.close(closed)
    run = subprocess.run([TOOL, "--since", path("since"), *options], stdout=writing, stderr=subprocess.PIPE)
    assert run.returncode == -signal.SIGPIPE and not run.stderr, run
    assert open(path("since"), "rb").read() == kept


def endings():
    """A reader that goes away ends the watch at once and silently; so does a signal while the reader rests."""
    writers = Writers("maps")
    for _ in range(5):
        writers.step()
    append(writers.take())
    options = ["--frames=length", "--layout=maps", path("log")]
    watch = Watch(options)
    watch.follow()
    watch.process.stdout.close()
    assert watch.process.wait(PATIENCE) == -signal.SIGPIPE and not watch.process.stderr.read()

    tables = writers.docs[0].get("tables", type=Map)
    tables["large"] = Map({f"r{n}": Map({"text": "x" * 1000}) for n in range(1000)})
    append(writers.take())
    watch = Watch(options)
    watch.line(watch.process.stdout)
    watch.process.send_signal(signal.SIGTERM)
    assert watch.process.wait(PATIENCE) == -signal.SIGTERM

    watch = Watch(options, f"--report={path('report.json')}")
    watch.follow()
    assert not watch.stop(signal.SIGHUP)
    report = json.load(open(path("report.json")))
    assert report["batches"] == 1 and report["deleted"] == 0 and report["rows"] == watch.end["rows"], report


def validated():
    """A row that no longer fits its schema is gone; when it fits again, it is back."""
    writers = Writers("maps")
    doc = writers.docs[0]
    tables = doc.get("tables", type=Map)
    tables["posts"] = Map({"a": Map({"id": "a", "n": 1}), "b": Map({"id": "b", "n": 2})})
    fields = {"id": {"type": "id"}, "n": {"type": "integer"}}
    doc.get("schema", type=Map)["tables"] = Map({"posts": Map({"fields": Map(fields)})})
    append(writers.take())
    watch = Watch(["--frames=length", path("log")], "--validate", f"--rejects={path('rejects')}")
    watch.batch()
    assert len(watch.rows) == 2, watch.rows
    tables["posts"]["a"]["n"] = "no number"
    append(writers.take())
    watch.batch()
    assert watch.last == [{"table": "posts", "id": "a", "deleted": True}], watch.last
    tables["posts"]["a"]["n"] = 3
    append(writers.take())
    watch.batch()
    assert watch.last == [{"table": "posts", "id": "a", "row": {"id": "a", "n": 3}}], watch.last
    # A schema that changes reads everything again: what does not fit any more is gone.
    doc.get("schema", type=Map)["tables"]["posts"]["fields"]["n"] = {"type": "text"}
    append(writers.take())
    watch.batch()
    assert [line["id"] for line in watch.last] == ["a", "b"] and all(line["deleted"] for line in watch.last), watch.last
    assert "warning" in watch.stop()
    rejects = [json.loads(line) for line in open(path("rejects"))]
    assert len(rejects) == 3, rejects


if scenario.startswith("log:"):
    log_of(scenario[4:])
else:
    scenarios = [rewritten, linked, database, since, endings, validated]
    {each.__name__: each for each in scenarios}[scenario]()
