import EpiTestSupport
import Testing

/// Rows of applications that are no workspaces, found by paths, in documents that pycrdt makes on the spot.
struct RowPathTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
    let run = try ToolRunner.peerPython().run("\(Fixtures.packageRoot)/Tests/Peers/pycrdt_applications.py", folder.path)
    try #require(run.status == 0, "\(run)")
  }

  private func run(_ paths: [String], _ document: String, _ options: String...) throws -> ToolRun {
    try ToolRunner.ydecode.run(paths.flatMap { ["--layout", "path=\($0)"] } + options + [folder.file(document)])
  }

  /// Rows as `table/id {fields}`; the log of the same document has to give the same bytes.
  private func rows(_ paths: String..., of name: String, status: Int32 = 0) throws -> [String] {
    let run = try run(paths, "\(name).yjs")
    #expect(run.status == status, "\(run)")
    #expect(try self.run(paths, "\(name).log", "--frames=length").output == run.output, "the log of \(name)")
    return run.lines.filter { !$0.hasPrefix(#"{"epi""#) }.map { line in
      line.replacing(#"{"table":""#, with: "", maxReplacements: 1).replacing(#"","id":""#, with: "/", maxReplacements: 1)
        .replacing(#"","row":"#, with: " ", maxReplacements: 1).dropLast(1).description
    }
  }

  @Test func `members of a list, by index or by a field`() throws {
    #expect(
      try rows("app.todos.*", of: "app") == [
        #"todos/0 {"done":false,"title":"Buy milk","uid":"x1"}"#, #"todos/1 {"done":true,"title":"Sell","uid":"x2"}"#,
        #"todos/2 {"title":"plain","uid":3}"#, #"todos/3 {"title":"without uid"}"#, #"todos/4 {"value":"only a text"}"#,
      ])
    let run = try run(["app.todos.*,id=uid"], "app.yjs")
    #expect(run.status == 1)
    #expect(run.lines.dropFirst().dropLast().map { $0.prefix(30) } == [
      #"{"table":"todos","id":"3","row"#, #"{"table":"todos","id":"x1","row"#.prefix(30), #"{"table":"todos","id":"x2","row"#.prefix(30),
    ])
    #expect(run.errorLines == [
      "epi-ydecode: warning: \(folder.file("app.yjs")): path 'app.todos.*,id=uid': 'app.todos.3' has no text or whole number in 'uid'"
        + " to be its id; rows left out for that: 2"
    ])
    #expect(try rows("app.todos.1", of: "app") == [#"todos/1 {"done":true,"title":"Sell","uid":"x2"}"#])
  }

  @Test func `entries of maps, shared and plain, at several levels`() throws {
    #expect(
      try rows("projects.*.tasks.*", of: "app") == [#"tasks/p.2/t1 {"n":3}"#, #"tasks/p1/t1 {"n":1}"#, #"tasks/p1/t2 {"n":2}"#])
    #expect(try rows("projects.p1.tasks.*", of: "app") == [#"tasks/t1 {"n":1}"#, #"tasks/t2 {"n":2}"#])
    #expect(
      try rows("db.{table}.rows.*", of: "app") == [
        #"posts/a {"t":1}"#, #"users/u1 {"name":"Ann"}"#, #"users/u2 {"name":"Bob"}"#,
      ])
    #expect(try rows("db.*.rows", of: "app") == [#"db/posts {"a":{"t":1}}"#, #"db/users {"u1":{"name":"Ann"},"u2":{"name":"Bob"}}"#])
    #expect(try rows("notes.*", of: "app") == [#"notes/n1 {"value":"first note"}"#, #"notes/n2 {"value":"second"}"#])
    #expect(try rows("**.tasks.*", of: "app").last == #"tasks/projects/p1/t2 {"n":2}"#)
  }

  @Test func `the names of tables and ids can be chosen`() throws {
    #expect(try rows("projects.*.tasks.*,table=jobs", of: "app").allSatisfy { $0.hasPrefix("jobs/p") })
    #expect(try rows("*.*.rows.*,table=all", of: "app").map { $0.prefix(14) } == ["all/db/posts/a", "all/db/users/u", "all/db/users/u"])
    // The key alone: of the two t1 the later counts.
    let run = try run(["projects.*.tasks.{id}"], "app.yjs")
    #expect(run.status == 0 && run.lines.count == 4, "\(run)")
    #expect(run.lines[1] == #"{"table":"tasks","id":"t1","row":{"n":1}}"#)
    #expect(run.errorText.contains("rows with the id of another row of their table: 1; the last one counts"))
  }

  @Test func `keys with the marks of paths in them`() throws {
    #expect(
      try rows(#"settings\.v2.*"#, of: "app") == [
        #"settings.v2/* {"on":null}"#, #"settings.v2/a,b {"on":true}"#, #"settings.v2/{c} {"on":false}"#,
      ])
    #expect(try rows(#"settings\.v2.a\,b"#, of: "app") == [#"settings.v2/a,b {"on":true}"#])
    #expect(try rows(#"settings\.v2.\{c}"#, of: "app") == [#"settings.v2/{c} {"on":false}"#])
    #expect(try rows(#"settings\.v2.\*"#, of: "app") == [#"settings.v2/* {"on":null}"#])
    #expect(try rows("settings?v[12].a*", of: "app") == [#"settings.v2/a,b {"on":true}"#])
  }

  @Test func `pairs of key and value, as tldraw has them`() throws {
    let shapes = try run(["tl_*.*.val,id=key,split=val.typeName"], "room.yjs")
    #expect(shapes.lines.dropFirst().dropLast() == [
      #"{"table":"page","id":"page:p","row":{"id":"page:p","name":"Page 1","typeName":"page"}}"#,
      #"{"table":"shape","id":"shape:a","row":{"id":"shape:a","typeName":"shape","x":9}}"#,
      #"{"table":"shape","id":"shape:b","row":{"id":"shape:b","typeName":"shape","x":2}}"#,
    ])
    #expect(try rows("tl_room1.*.val", of: "room").map { $0.prefix(10) } == ["tl_room1/0", "tl_room1/1", "tl_room1/2", "tl_room1/3"])
  }

  @Test func `elements of XML, as BlockNote has them`() throws {
    #expect(
      try rows("document-store.**.blockContainer,id=attributes.id,table=blocks", of: "note") == [
        #"blocks/b1 {"attributes":{"id":"b1"},"name":"blockContainer","text":"The \"title\""}"#,
        #"blocks/b2 {"attributes":{"id":"b2"},"name":"blockContainer","text":"A paragraph\nnested"}"#,
        #"blocks/b3 {"attributes":{"id":"b3"},"name":"blockContainer","text":"nested"}"#,
      ])
    #expect(
      try rows("document-store.**.heading", of: "note") == [
        #"document-store/0/0/0 {"attributes":{"level":"1"},"name":"heading","text":"The \"title\""}"#
      ])
    #expect(try rows("document-store.**.#text,table=t", of: "note").last == #"t/0/1/1/0/0/0 {"value":"nested"}"#)
    #expect(try rows("document-store.*.blockContainer.*,split=name", of: "note").map { $0.prefix(12) } == [
      "blockGroup/0", "heading/0/0/", "paragraph/0/",
    ])
    #expect(
      try rows("threads.*", "threads.*.comments.*,id=id", of: "note") == [
        #"comments/c1 {"body":"yo","id":"c1"}"#, #"comments/c2 {"body":"hi","id":"c2"}"#,
        #"threads/t1 {"comments":[{"body":"hi","id":"c2"},{"body":"yo","id":"c1"}],"id":"t1","resolved":false}"#,
      ])
  }

  @Test(arguments: [
    ("todos.*", "there is no root 'todos'; the roots are 'app' (map), 'db' (map), 'notes' (map), 'projects' (map), 'settings.v2' (map)"),
    ("x*.*", "there is no root that matches 'x*'; the roots are "),
    (
      "app.todo.*",
      "'app' (map) has no key 'todo'; it has 'empty' (map), 'title' (text), 'todos' (array), 'version' (number)"
    ),
    ("app.title.*", "'app.title' (text) is no map or list"),
    ("app.version.x.*", "'app.version' (number) is no map or list"),
    ("app.todos.x", "'app.todos' (array) has no key 'x'; it has '0' (map), '1' (map), '2' (object), '3' (object), '4' (string)"),
    ("projects.*.task.*", "'projects.p.2' (map) has no key 'task'; it has 'name' (string), 'tasks' (map)"),
    ("db.users.rows.u1.name.*", "'db.users.rows.u1.name' (string) is no map or list"),
  ])
  func `a path that leads nowhere is answered with what is there`(path: String, answer: String) throws {
    let run = try run([path], "app.yjs")
    #expect(run.status == 65 && run.output.isEmpty, "\(run)")
    let line = try #require(run.errorLines.first)
    #expect(line.hasPrefix("epi-ydecode: \(folder.file("app.yjs")): path '\(path)' leads nowhere: \(answer)"), "\(line)")
    // Beside another it is only a warning.
    let both = try self.run([path, "notes.*"], "app.yjs")
    #expect(both.status == 0 && both.lines.count == 4)
    #expect(both.errorLines.count == 1 && both.errorText.contains("warning: ") && both.errorText.contains(answer))
  }

  @Test func `where nothing is yet, nothing is missing`() throws {
    #expect(try rows("app.empty.*", of: "app") == [])
    #expect(try rows("app.empty.x.*", of: "app") == [])
    let run = try ToolRunner.ydecode.run("--layout=path=todos.*", Fixtures.path("yjs/basic/empty-doc.v1.bin"))
    #expect(run.status == 0 && run.lines.count == 2 && run.errorText == "", "\(run)")
  }

  @Test(arguments: [
    ("todos", "in the path 'todos' no step names the table"),
    ("*", "in the path '*' no step names the table"),
    ("a.**", "in the path 'a.**' nothing follows '**'"),
    ("**.a.**.b", "in the path '**.a.**.b' '**' stands there twice"),
    ("a.{x}.*", "in the path 'a.{x}.*' '{x}' is neither '{table}' nor '{id}'"),
    ("a.*,id=b*", "in the path 'a.*,id=b*' 'b*' is no name"),
    ("a.*,id=", "in the path 'a.*,id=' '' is no name"),
    ("a.*,key=b", "in the path 'a.*,key=b' 'key' is none of 'id', 'table' and 'split'"),
    ("a.*,id", "in the path 'a.*,id' 'id' is no NAME=VALUE"),
    ("{table}.*,table=x", "the table is named twice"),
    ("a.*,split=x,table=x", "the table is named twice"),
    ("a.{id},id=x", "the id is named twice"),
  ])
  func `a path that makes no sense is wrong use`(path: String, message: String) throws {
    let run = try run([path], "app.yjs")
    #expect(run.status == 64 && run.output.isEmpty, "\(run)")
    #expect(run.errorLines.first?.hasPrefix("epi-ydecode: --layout: in the path") == true && run.errorText.contains(message), "\(run)")
  }

  @Test func `the last layout counts, and paths add up`() throws {
    let maps = Fixtures.path("workspaces/maps/plain.state.v1.bin")
    let plain = try ToolRunner.ydecode.run("--layout=maps", maps)
    #expect(try ToolRunner.ydecode.run("--layout=path=no.*", "--layout=maps", maps).output == plain.output)
    let report = folder.file("report.json")
    let paths = try ToolRunner.ydecode.run("--layout=maps", "--layout=path=tables.*.*", "--report", report, maps)
    let isRow = { (line: String) in line.contains(#","row":"#) }
    #expect(paths.status == 0 && paths.lines.filter(isRow).count == plain.lines.filter(isRow).count)
    #expect(try ExpectedValue(json: folder.bytes("report.json"))["layout"] == .string("path"))
  }

  @Test func `a list of settings tells the layout where there is no table`() throws {
    let run = try ToolRunner.ydecode.run("--report", folder.file("report.json"), folder.file("settings.yjs"))
    #expect(run.lines.dropFirst().dropLast() == [#"{"kv":"size","value":12}"#, #"{"kv":"theme","value":"dark"}"#])
    #expect(try ExpectedValue(json: folder.bytes("report.json"))["layout"] == .string("kv-rows"))
  }

  @Test func `the commands of the manual print rows`() throws {
    let page = try Fixtures.contents(of: "\(Fixtures.packageRoot)/man/epi-ydecode.1")
    let text = String(decoding: page, as: UTF8.self)
    let section = try #require(text.components(separatedBy: ".Ss Paths\n").last?.components(separatedBy: "\n.Sh ").first)
    let joined = section.replacing("\\e\n.Dl \"", with: "").replacing(".yjs\"", with: ".yjs")
    let commands = joined.split(separator: "\n").filter { $0.hasPrefix(".Dl $ ") }.map { $0.dropFirst(6).replacing("\\(aq", with: "'") }
    #expect(commands.count == 5)
    for command in commands {
      let run = try ToolRunner.shell(String(command)) { $0.directory = folder.path }
      #expect(run.status <= 1 && run.lines.count >= 5, "\(run)")
    }
  }
}
