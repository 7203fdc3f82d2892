import EpiTestSupport
import Testing

/// Every update fixture through the executable: what the reference implementation makes of it.
struct UpdateFixtureTests {
  private let manifest: FixtureManifest

  init() throws { manifest = try FixtureManifest(folder: "yjs") }

  @Test func `every form of every document prints what the reference prints`() throws {
    var inputs = 0
    for fixture in manifest.cases where fixture.expect == "ok" {
      let expected = try ExpectedValue(json: Fixtures.bytes("yjs/\(try #require(fixture.expected))"))
      guard case .object(let roots)? = expected["roots"] else {
        Issue.record("\(fixture.name) has no roots")
        continue
      }
      // All types of yjs 14 are maps, and lists.
      let kinds = roots.flatMap { ["--root", "\($0.key)=\(fixture.view == "v14" ? "map" : $0.value["type"]?.text ?? "map")"] }
      for input in fixture.inputs {
        let run = try ToolRunner.ydecode.run(["--dump"] + input.options + kinds + [Fixtures.path("yjs/\(input.file)")])
        #expect(run.status == (fixture.pending == true ? 1 : 0), "\(run)")
        #expect(run.status == 0 || run.errorText.contains("wait for updates") || run.errorText.contains("deleted before"), "\(run)")
        let printed = try ExpectedValue(json: run.output)
        for (name, root) in roots {
          guard let json = root["json"]?.printed() else { continue }
          #expect(printed[name] == json, "\(input.file), root \(name)")
        }
        inputs += 1
      }
    }
    #expect(inputs > 630)
  }

  @Test func `the kind of a root is inferred from its content`() throws {
    for fixture in manifest.cases where fixture.expect == "ok" && fixture.view != "v14" && fixture.optional != true {
      let expected = try ExpectedValue(json: Fixtures.bytes("yjs/\(try #require(fixture.expected))"))
      guard case .object(let roots)? = expected["roots"], let input = fixture.inputs.first else { continue }
      let run = try ToolRunner.ydecode.run(["--dump"] + input.options + [Fixtures.path("yjs/\(input.file)")])
      let printed = try ExpectedValue(json: run.output)
      for (name, root) in roots where root["inferred"]?.text == root["type"]?.text {
        guard let json = root["json"]?.printed() else { continue }
        #expect(printed[name] == json, "\(input.file), root \(name)")
      }
      for (name, root) in roots where root["inferred"]?.text == "unknown" && printed[name] != nil {
        #expect(printed[name] == .null, "\(input.file), root \(name)")
      }
    }
  }

  @Test func `frames and encoding are found without being told`() throws {
    // Told apart by their bytes only where they are what a writer writes: these two are not, and an empty file is no input.
    let odd: Set<String> = ["v2/feature-flag", "v2/trailing-bytes"]
    for fixture in manifest.cases where fixture.expect == "ok" && fixture.optional != true && !odd.contains(fixture.name) {
      for input in fixture.inputs where try !Fixtures.bytes("yjs/\(input.file)").isEmpty {
        let path = Fixtures.path("yjs/\(input.file)")
        let told = try ToolRunner.ydecode.run(["--dump"] + input.options + [path])
        let found = try ToolRunner.ydecode.run("--dump", path)
        #expect(found.output == told.output && found.status == told.status, "\(found)")
      }
    }
  }

  @Test func `malformed updates end with 65 and a place, and others with any answer but a crash`() throws {
    for fixture in manifest.cases where fixture.expect != "ok" {
      for input in fixture.inputs {
        let run = try ToolRunner.ydecode.run(["--dump"] + input.options + [Fixtures.path("yjs/\(input.file)")])
        if fixture.expect == "error" {
          #expect(run.status == 65, "\(run)")
        } else {
          #expect([0, 1, 65].contains(run.status), "\(run)")
        }
        guard run.status == 65 else { continue }
        #expect(run.output.isEmpty, "\(run)")
        #expect(run.errorLines.first?.hasPrefix("epi-ydecode: \(Fixtures.path("yjs/\(input.file)"))") == true, "\(run)")
      }
    }
  }

  @Test func `an update that is cut anywhere is refused`() throws {
    let folder = try TemporaryFolder()
    for truncation in try #require(manifest.truncations) {
      let whole = try Fixtures.bytes("yjs/\(truncation.file)")
      // Every cut is tried on the module (EpiYjsTests); the executable gets a share.
      for length in stride(from: truncation.from, through: truncation.to, by: 17) where !truncation.exceptAccepted.contains(length) {
        let path = try folder.write(whole.prefix(length), to: "cut")
        let run = try ToolRunner.ydecode.run("--dump", "--frames=one", "--encoding", truncation.encoding, path)
        #expect(run.status == 65 && run.output.isEmpty, "\(truncation.file) cut to \(length): \(run)")
      }
    }
  }
}
