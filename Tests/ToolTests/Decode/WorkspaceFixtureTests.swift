import EpiTestSupport
import Testing

/// Every workspace fixture through the executable: its rows, settings and schema, in every form.
struct WorkspaceFixtureTests {
  private let manifest: FixtureManifest

  init() throws { manifest = try FixtureManifest(folder: "workspaces") }

  private func lines(_ run: ToolRun) throws -> [ExpectedValue] { try run.lines.map { try ExpectedValue(json: Array($0.utf8)) } }

  @Test func `every form of every workspace prints its rows, sorted by table and id`() throws {
    for fixture in manifest.cases {
      let expected = try Fixtures.text("workspaces/\(try #require(fixture.rows))").split(separator: "\n").map {
        try ExpectedValue(json: Array($0.utf8)).printed()
      }
      for input in fixture.inputs {
        let told = input.options + ["--layout", try #require(fixture.layout)]
        let run = try ToolRunner.ydecode.run(told + [Fixtures.path("workspaces/\(input.file)")])
        #expect(run.status == (fixture.pending == true ? 1 : 0), "\(run)")
        let rows = try lines(run).filter { $0["row"] != nil }
        #expect(rows == expected.map { $0 ?? .null }, "\(input.file)")
        let found = try ToolRunner.ydecode.run(Fixtures.path("workspaces/\(input.file)"))
        #expect(found.output == run.output, "\(input.file), nothing told")
      }
    }
  }

  @Test func `the bytes do not depend on the order or the form of the updates`() throws {
    for fixture in manifest.cases where fixture.pending != true {
      var outputs: Set<[UInt8]> = []
      for input in fixture.inputs {
        outputs.insert(try ToolRunner.ydecode.run(input.options + [Fixtures.path("workspaces/\(input.file)")]).output)
      }
      #expect(outputs.count == 1, "\(fixture.name)")
    }
  }

  @Test func `settings are printed behind the rows`() throws {
    for fixture in manifest.cases where fixture.pending != true {
      let file = try #require(fixture.kv)
      let run = try ToolRunner.ydecode.run(Fixtures.path("workspaces/\(fixture.inputs[0].file)"))
      var settings: [String: ExpectedValue] = [:]
      for line in try lines(run) { if let key = line["kv"]?.text { settings[key] = line["value"] } }
      #expect(try ExpectedValue(json: Fixtures.bytes("workspaces/\(file)")).printed() == .object(settings), "\(fixture.name)")
    }
  }

  @Test func `a document's schema is printed before the rows of each table`() throws {
    for fixture in manifest.cases {
      guard let file = fixture.schema, fixture.pending != true else { continue }
      let schema = try ExpectedValue(json: Fixtures.bytes("workspaces/\(file)"))
      guard case .object(let tables)? = schema["tables"] else { continue }
      let run = try ToolRunner.ydecode.run(Fixtures.path("workspaces/\(fixture.inputs[0].file)"))
      var printed: [String: [String: ExpectedValue]] = [:]
      for line in try lines(run) {
        guard case .array(let fields)? = line["fields"], let table = line["table"]?.text else { continue }
        for field in fields { printed[table, default: [:]][field["id"]?.text ?? ""] = field }
      }
      for (table, definition) in tables {
        guard case .object(let fields)? = definition["fields"], !fields.isEmpty else { continue }
        #expect(printed[table]?.count == fields.count, "\(fixture.name), table \(table)")
        for (name, field) in fields {
          let line = printed[table]?[name]
          #expect(line?["type"] == field["type"], "\(fixture.name), \(table).\(name)")
          #expect(line?["default"] == field["default"] && line?["options"] == field["options"], "\(fixture.name), \(table).\(name)")
          #expect((line?["nullable"] ?? .boolean(false)) == (field["nullable"] ?? .boolean(false)), "\(fixture.name), \(table).\(name)")
        }
      }
    }
  }

  @Test func `the stream is framed and tells what it holds`() throws {
    let run = try ToolRunner.ydecode.run(Fixtures.path("workspaces/maps/plain.log.v2.bin"))
    let lines = try lines(run)
    #expect(run.lines.first == #"{"epi":1,"begin":{"mode":"snapshot"}}"#)
    let end = try #require(lines.last?["end"])
    #expect(end["rows"] == .number(Double(lines.count { $0["row"] != nil })))
    #expect(end["pending"] == .number(0))
    #expect(end["hash"]?.text?.count == 16)
  }

  @Test func `rows of several files are merged before they are printed`() throws {
    // Every update of the log in a file of its own, in reverse order.
    let log = try Fixtures.bytes("workspaces/maps/concurrent-2.log.v1.bin")
    let folder = try TemporaryFolder()
    var paths: [String] = []
    var offset = 0
    while offset < log.count {
      var length = 0
      var shift = 0
      repeat {
        length |= Int(log[offset] & 0x7f) << shift
        shift += 7
        offset += 1
      } while log[offset - 1] & 0x80 != 0
      paths.append(try folder.write(log[offset..<(offset + length)], to: "update\(paths.count)"))
      offset += length
    }
    #expect(paths.count > 3)
    let run = try ToolRunner.ydecode.run(["--frames=one"] + paths.reversed())
    let whole = try ToolRunner.ydecode.run(Fixtures.path("workspaces/maps/concurrent-2.state.v1.bin"))
    #expect(run.output == whole.output, "\(run)")
  }

  @Test func `a document without tables is named by its roots`() throws {
    let run = try ToolRunner.ydecode.run(Fixtures.path("yjs/text/concurrent-plain.state.v1.bin"))
    #expect(run.status == 65 && run.output.isEmpty, "\(run)")
    #expect(run.errorText.contains("no known table layout") && run.errorText.contains("--dump"), "\(run)")
  }
}
