import EpiTestSupport
import Testing

/// Which layouts are found, and what of the rows is printed: --table, --exclude, --bare, --kv.
struct RowSelectionTests {
  private let tool = ToolRunner.ydecode
  private static let workspace = Fixtures.path("workspaces/maps/plain.state.v1.bin")

  private func tables(_ run: ToolRun) throws -> Set<String> {
    Set(try run.lines.compactMap { try ExpectedValue(json: Array($0.utf8))["table"]?.text })
  }

  // MARK: Layouts

  @Test func `the report tells which layout was found`() throws {
    let folder = try TemporaryFolder()
    for fixture in try FixtureManifest(folder: "workspaces").cases {
      for input in fixture.inputs {
        let run = try tool.run("-q", "--report", folder.file("report"), Fixtures.path("workspaces/\(input.file)"))
        #expect(run.status <= 1)
        #expect(try ExpectedValue(json: folder.bytes("report"))["layout"]?.text == fixture.layout, "\(input.file)")
      }
    }
    _ = try tool.run("--report", folder.file("report"), Fixtures.path("yjs/basic/empty-doc.v1.bin"))
    #expect(try ExpectedValue(json: folder.bytes("report"))["layout"]?.text == "none")
  }

  @Test(arguments: [
    ("maps/plain", "lww-rows/one-client", "both the layout 'maps' and the layout 'lww-rows' fit", ["maps", "lww-rows"]),
    ("maps/plain", "kv-rows/one-client", "both the layout 'maps' and the layout 'kv-rows' fit", ["maps", "kv-rows"]),
    ("kv-rows/odd-entries", "lww-rows/equal-timestamps", "' fits the layout '", ["lww-rows", "kv-rows"]),
    ("lww-cells/odd-entries", "lww-rows/equal-timestamps", "' fits the layout '", ["lww-rows", "lww-cells"]),
  ])
  func `two layouts that fit are one too many`(first: String, second: String, message: String, layouts: [String]) throws {
    let files = [first, second].map { Fixtures.path("workspaces/\($0).state.v1.bin") }
    let run = try tool.run(files)
    #expect(run.status == 65 && run.output.isEmpty, "\(run)")
    #expect(run.errorLines.first?.contains(message) == true && run.errorLines.count == 2, "\(run)")
    for layout in layouts {
      #expect(run.errorLines.last?.contains("--layout=\(layout)") == true, "\(run)")
      #expect(try tool.run(["--layout", layout] + files).status == 0)
    }
  }

  @Test func `a document without tables is named by its roots, with two ways out`() throws {
    let run = try tool.run(Fixtures.path("yjs/map/overwrite.state.v1.bin"))
    expectFailure(run, 65)
    #expect(run.errorLines.first?.contains("no known table layout; the roots are '") == true, "\(run)")
    #expect(run.errorLines.first?.contains("' (map)") == true, "\(run)")
    #expect(run.errorLines.last?.contains("--dump") == true && run.errorLines.last?.contains("--layout='path=") == true, "\(run)")
  }

  @Test func `without a layout there are no rows, and that is no fault`() throws {
    for path in [Self.workspace, Fixtures.path("yjs/map/overwrite.state.v1.bin")] {
      let run = try tool.run("--layout=none", path)
      #expect(run.status == 0 && run.lines.count == 2 && run.lines[1].contains(#""rows":0,"tables":0,"pending":0,"state":""#), "\(run)")
    }
  }

  // MARK: Tables

  @Test func `tables are chosen by patterns`() throws {
    let all = try tool.run(Self.workspace)
    #expect(try tables(all) == ["recordings", "embeddings"])
    for (options, wanted) in [
      (["--table=recordings"], Set(["recordings"])), (["--table=r*", "--table=[a-f]*"], ["recordings", "embeddings"]),
      (["--exclude=r*"], ["embeddings"]), (["--table=*", "--exclude=embeddings"], ["recordings"]),
    ] {
      let run = try tool.run(options + [Self.workspace])
      #expect(run.status == 0 && run.errorText == "", "\(run)")
      #expect(try tables(run) == wanted, "\(run)")
      // Every line of these tables, the schema among them, and no other.
      let names = wanted.map { #""table":"\#($0)""# }
      let lines = all.lines.filter { line in names.contains { line.contains($0) } }
      #expect(run.lines.filter { $0.contains(#""table":""#) } == lines)
      #expect(run.lines.contains { $0.hasPrefix(#"{"kv""#) } == !options[0].hasPrefix("--table"), "\(options)")
      let end = try #require(ExpectedValue(json: Array(run.lines.last?.utf8 ?? "".utf8))["end"])
      #expect(end["tables"] == .number(Double(wanted.count)))
    }
  }

  @Test func `a pattern that matches nothing is told with what there is`() throws {
    let run = try tool.run("--table=recording", "--exclude=x*", Self.workspace)
    #expect(run.status == 0 && run.lines.count == 2, "\(run)")
    #expect(run.errorLines == [
      "epi-ydecode: warning: \(Self.workspace): no table matches --table 'recording'; the tables are 'embeddings', 'recordings'",
      "epi-ydecode: warning: \(Self.workspace): no table matches --exclude 'x*'; the tables are 'embeddings', 'recordings'",
    ])
  }

  @Test func `consumers choose tables in the same way`() throws {
    let rows = try tool.run(Self.workspace).text
    let folder = try TemporaryFolder()
    // Not all of its dates are dates; that is not the question here.
    let run = try ToolRunner.materialize.run("--no-validate", "--table=rec*", "--exclude=no", "-o", folder.file("a.db"), input: rows)
    #expect(run.status == 0)
    #expect(run.errorLines == ["epi-materialize: warning: no table matches --exclude 'no'; the tables are 'embeddings', 'recordings'"])
    let names = try ToolRunner.program("sqlite3").run(folder.file("a.db"), "SELECT name FROM sqlite_schema WHERE type = 'table' AND sql NOT NULL")
    #expect(names.lines.filter { !$0.hasPrefix("_") } == ["recordings"])
    let demo = try tool.run(Demo.state).text
    let index = try ToolRunner.index.run("--exclude=embeddings", "-o", folder.file("a.epi"), input: demo)
    #expect(index.status == 65 && index.errorText.contains("no vectors"), "\(index)")
    #expect(try ToolRunner.index.run("--table=emb*", "-o", folder.file("a.epi"), input: demo).status == 0)
  }

  // MARK: Bare objects and settings

  @Test func `bare objects are the rows, each with its id`() throws {
    for fixture in try FixtureManifest(folder: "workspaces").cases where fixture.pending != true {
      let path = Fixtures.path("workspaces/\(fixture.inputs[0].file)")
      let stream = try tool.run(path).lines.map { try ExpectedValue(json: Array($0.utf8)) }.filter { $0["row"] != nil }
      for table in Set(stream.compactMap { $0["table"]?.text }) {
        let wanted = stream.filter { $0["table"]?.text == table }.map { line -> ExpectedValue in
          guard case .object(var row)? = line["row"] else { return .null }
          if row["id"] == nil { row["id"] = line["id"] }
          return .object(row)
        }
        // As a pattern: names may hold its marks.
        let pattern = table.map { "*?[\\".contains($0) ? "\\\($0)" : "\($0)" }.joined()
        let bare = try tool.run("--bare", "--table", pattern, path)
        #expect(try bare.lines.map { try ExpectedValue(json: Array($0.utf8)) } == wanted, "\(fixture.name), \(table)")
        #expect(bare.errorText == "")
      }
    }
  }

  @Test func `bare objects need one table`() throws {
    let run = try tool.run("--bare", Self.workspace)
    expectFailure(run, 64, "\(Self.workspace): --bare prints one table, and here are 2: 'embeddings', 'recordings'")
    #expect(run.errorLines.last == "epi-ydecode: hint: choose one with --table")
    let folder = try TemporaryFolder()
    let rows = try tool.run("--bare", "--table=recordings", Self.workspace)
    #expect(try ToolRunner.materialize.run("--table=recordings", "-o", folder.file("a.db"), input: rows.output).status == 0)
  }

  @Test func `settings can be had alone`() throws {
    for fixture in try FixtureManifest(folder: "workspaces").cases where fixture.pending != true {
      let path = Fixtures.path("workspaces/\(fixture.inputs[0].file)")
      let expected = try ExpectedValue(json: Fixtures.bytes("workspaces/\(try #require(fixture.kv))")).printed()
      let object = try tool.run("--kv", "--bare", path)
      #expect(try ExpectedValue(json: object.output) == expected, "\(fixture.name)")
      let lines = try tool.run("--kv", path).lines
      #expect(lines.filter { $0.hasPrefix(#"{"kv":"#) } == (try tool.run(path).lines.filter { $0.hasPrefix(#"{"kv":"#) }))
      #expect(lines.dropFirst().dropLast().allSatisfy { $0.hasPrefix(#"{"kv":"#) }, "\(fixture.name)")
    }
  }

  @Test func `options that exclude each other say so`() throws {
    for arguments in [["--kv", "--table=a"], ["--kv", "--exclude=a"], ["--dump", "--bare"], ["--inspect", "--kv"], ["--dump", "--table=a"]] {
      expectFailure(try tool.run(arguments + [Self.workspace]), 64)
    }
  }
}
