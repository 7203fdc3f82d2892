import EpiTestSupport
import Testing

/// What epi-ydecode tells besides rows: deltas, what an update holds, what a run found, what is missing.
struct ViewTests {
  @Test func `texts as deltas are what the reference gives`() throws {
    var texts = 0
    for fixture in try FixtureManifest(folder: "yjs").cases where fixture.expect == "ok" && fixture.view != "v14" && fixture.optional != true {
      let expected = try ExpectedValue(json: Fixtures.bytes("yjs/\(try #require(fixture.expected))"))
      guard case .object(let roots)? = expected["roots"] else { continue }
      for (name, root) in roots where root["type"]?.text == "text" {
        for input in fixture.inputs {
          let arguments = ["--dump", "--text=delta", "--root", "\(name)=text"] + input.options
          let run = try ToolRunner.ydecode.run(arguments + [Fixtures.path("yjs/\(input.file)")])
          #expect(try ExpectedValue(json: run.output)[name] == root["delta"]?.printed(), "\(input.file), root \(name)")
          texts += 1
        }
      }
    }
    #expect(texts > 150)
  }

  @Test func `inspecting tells what each update holds`() throws {
    let log = Fixtures.path("yjs/text/concurrent-plain.log.v1.bin")
    let lines = try ToolRunner.ydecode.run("--inspect", "--frames=length", log).lines.map { try ExpectedValue(json: Array($0.utf8)) }
    #expect(lines.count > 1)
    var clocks: [Double: Double] = [:]
    for (index, line) in lines.enumerated() {
      #expect(line["update"] == .number(Double(index + 1)))
      guard case .array(let ranges)? = line["structs"] else { continue }
      for range in ranges {
        guard case .number(let client)? = range["client"], case .number(let end)? = range["end"] else { continue }
        clocks[client] = max(clocks[client] ?? 0, end)
      }
    }
    let expected = try ExpectedValue(json: Fixtures.bytes("yjs/text/concurrent-plain.expected.json"))
    guard case .object(let vector)? = expected["stateVector"] else {
      Issue.record("no state vector")
      return
    }
    #expect(clocks.count == vector.count)
    for (client, clock) in clocks { #expect(vector["\(Int(client))"] == .number(clock)) }
  }

  @Test func `a report tells what was found`() throws {
    let folder = try TemporaryFolder()
    let path = folder.file("report.json")
    let run = try ToolRunner.ydecode.run("--report", path, Fixtures.path("workspaces/maps/missing-updates.log.v2.bin"))
    #expect(run.status == 1)
    let report = try ExpectedValue(json: folder.bytes("report.json"))
    #expect(report["encoding"] == .string("v2") && report["layout"] == .string("maps"))
    #expect(report["rows"] == .number(Double(run.lines.count { $0.contains(#","row":"#) })))
    let expected = try FixtureManifest(folder: "workspaces").cases.first { $0.name == "maps/missing-updates" }
    #expect(expected?.pending == true)
    #expect(report["pending"]?["structs"] != .array([]) && report["pending"]?["structs"] != nil)
  }

  @Test func `pending clocks are those the reference names`() throws {
    let folder = try TemporaryFolder()
    for fixture in try FixtureManifest(folder: "yjs").cases where fixture.pending == true {
      let expected = try ExpectedValue(json: Fixtures.bytes("yjs/\(try #require(fixture.expected))"))["pending"]
      for input in fixture.inputs {
        let path = folder.file("report.json")
        _ = try ToolRunner.ydecode.run(["--dump", "-q", "--report", path] + input.options + [Fixtures.path("yjs/\(input.file)")])
        let report = try ExpectedValue(json: folder.bytes("report.json"))["pending"]
        for kind in ["structs", "deletes"] {
          var found: [String: [ExpectedValue]] = [:]
          if case .array(let gaps)? = report?[kind] {
            for case .array(let gap) in gaps {
              guard case .number(let client) = gap[0] else { continue }
              found["\(Int(client))", default: []].append(.array([gap[1], gap[2]]))
            }
          }
          let wanted = expected?[kind] ?? .object([:])
          #expect(.object(found.mapValues { .array($0) }) == wanted, "\(input.file), \(kind)")
        }
      }
    }
  }

  @Test func `completeness can be demanded`() throws {
    let path = Fixtures.path("workspaces/maps/missing-updates.log.v1.bin")
    let run = try ToolRunner.ydecode.run("--require-complete", path)
    #expect(run.status == 65 && run.output.isEmpty, "\(run)")
    #expect(run.errorLines.first?.hasPrefix("epi-ydecode: \(path): updates are missing that others build on: client ") == true, "\(run)")
  }

  @Test func `options that need another say so`() throws {
    for arguments in [["--where", "1"], ["--root", "a=map"], ["--dump", "--inspect"], ["--max-bytes", "0"]] {
      let run = try ToolRunner.ydecode.run(arguments + [Fixtures.path("yjs/basic/empty-doc.v1.bin")])
      #expect(run.status == 64 && run.output.isEmpty, "\(run)")
    }
  }
}
