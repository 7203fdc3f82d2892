import EpiTestSupport
import Foundation
import Testing

/// The rules of the house, checked over the package's own files.
struct HouseTests {
  /// Who may import whom, beyond the standard library (and `Synchronization`, which is part of it).
  ///
  /// EpiBytes is named in no other row: it is the ground floor, knows no other module and does nothing but read and write bytes, so
  /// every module and tool may stand on it. Of Glibc it takes memory, what makes pages present before they are
  /// written, the search for a byte, and the lock that threads share; of the kernels the decoding of base64.
  private static let imports: [String: Set<String>] = [
    "EpiBytes": ["CEpiKernels", "Glibc"],
    "EpiSystem": ["CGlibc", "Glibc"],
    "EpiJSON": ["CJansson"],
    "EpiYjs": ["EpiJSON"],
    "EpiRows": ["EpiJSON"],
    "EpiWorkspace": ["EpiYjs", "EpiRows", "EpiJSON"],
    "EpiSQLite": ["CSQLite", "EpiRows", "EpiSystem", "EpiJSON"],
    "EpiVectors": ["CEpiKernels", "EpiRows", "EpiSystem", "EpiJSON"],
    "EpiVectorSQL": ["EpiSQLite", "EpiVectors"],
    "EpiVectorExtension": ["EpiSQLite", "EpiVectorSQL"],
    "EpiCommand": ["ArgumentParser", "EpiSystem"],
    // A tool wires: the command line, the files, and its part of the domain.
    "epi-ydecode": ["ArgumentParser", "EpiCommand", "EpiSystem", "EpiWorkspace", "EpiSQLite", "EpiYjs", "EpiRows", "EpiJSON"],
    "epi-materialize": ["ArgumentParser", "EpiCommand", "EpiSystem", "EpiSQLite", "EpiRows"],
    "epi-index": ["ArgumentParser", "EpiCommand", "EpiSystem", "EpiVectors", "EpiRows"],
    "epi-search": ["ArgumentParser", "EpiCommand", "EpiSystem", "EpiVectors", "EpiVectorSQL", "EpiSQLite", "EpiRows", "EpiJSON"],
  ]

  /// What tests may import besides what they test: Foundation as the other opinion, and the machinery of tests.
  private static let testImports: Set<String> = ["Testing", "Foundation", "EpiTestSupport", "EpiBytes"]

  /// The only files in which `unsafe` may stand: one or two of a module, which own memory, handles or kernels for the rest.
  private static let unsafeFiles: Set<String> = [
    "Sources/EpiBytes/ByteWriter.swift",
    "Sources/EpiBytes/LargeMemory.swift",
    "Sources/EpiBytes/MemoryAhead.swift",
    "Sources/EpiBytes/MemoryBlock.swift",
    "Sources/EpiBytes/Monitor.swift",
    "Sources/EpiSystem/ChildProgram.swift",
    "Sources/EpiSystem/Interruption.swift",
    "Sources/EpiSystem/MappedFile.swift",
    "Sources/EpiSystem/Syscalls.swift",
    "Sources/EpiSystem/Thread.swift",
    "Sources/EpiSystem/Turns.swift",
    "Sources/EpiSystem/ZeroedMemory.swift",
    "Sources/EpiBytes/ByteScan.swift",
    "Sources/EpiJSON/JSONValue.swift",
    "Sources/EpiYjs/Blocks/GrowingBuffer.swift",
    "Sources/EpiSQLite/Database.swift",
    "Sources/EpiSQLite/Statement.swift",
    "Sources/EpiSQLite/Connection.swift",
    // What SQLite calls: C function pointers, and values that live as long as a call.
    "Sources/EpiSQLite/Functions/FunctionCall.swift",
    "Sources/EpiSQLite/Functions/ScalarFunction.swift",
    "Sources/EpiSQLite/Functions/TableFunction.swift",
    // What a program hands over that loads the extension.
    "Sources/EpiVectorExtension/Extension.swift",
    "Sources/EpiVectors/Graph/NodeSlots.swift",
    "Sources/EpiVectors/Snapshot/SnapshotSlots.swift",
    "Sources/EpiVectors/Kernels/Checksum.swift",
    "Sources/EpiVectors/Kernels/DistanceKernel.swift",
    "Sources/EpiVectors/Kernels/FloatBytes.swift",
    "Sources/EpiVectors/Kernels/GraphKernel.swift",
    "Sources/EpiVectors/Graph/SharedArray.swift",
    "Sources/EpiVectors/Graph/Frontier.swift",
    "Sources/EpiVectors/Search/KnownNodes.swift",
    "Sources/EpiVectors/Search/SearchableGraph.swift",
  ]

  private static let swiftSources = Fixtures.files(below: "Sources").filter { $0.hasSuffix(".swift") }
  private static let swiftTests = Fixtures.files(below: "Tests").filter { $0.hasSuffix(".swift") }

  private func text(_ path: String) throws -> String { String(decoding: try Fixtures.contents(of: "\(Fixtures.packageRoot)/\(path)"), as: UTF8.self) }

  private func code(_ path: String) throws -> SwiftCode { SwiftCode(try text(path)) }

  /// `Sources/EpiYjs/Store/BlockStore.swift` lies in `EpiYjs`.
  private func module(of path: String) -> String { String(path.split(separator: "/")[1]) }

  @Test func `a module imports only what its row in the table names`() throws {
    #expect(!Self.swiftSources.isEmpty)
    for path in Self.swiftSources {
      let allowed = try #require(Self.imports[module(of: path)], "no row for the module of \(path)")
      for found in try code(path).imports where found.module != "Synchronization" {
        #expect(found.module == "EpiBytes" || allowed.contains(found.module), "\(path) imports \(found.module)")
        #expect(found.access != nil, "\(path): say whether the import of \(found.module) is internal or package")
      }
    }
  }

  @Test func `the table has no cycle`() {
    /// The longest way down from a module; a cycle would have none.
    func depth(_ module: String, below path: [String]) -> Int {
      #expect(!path.contains(module), "\(path + [module]) is a cycle")
      guard !path.contains(module) else { return 0 }
      return 1 + (Self.imports[module, default: []].map { depth($0, below: path + [module]) }.max() ?? 0)
    }
    for module in Self.imports.keys { #expect(depth(module, below: []) > 0) }
  }

  @Test func `tests import the module they test, and tests of the tools none`() throws {
    for path in Self.swiftTests {
      let target = module(of: path)
      let allowed: Set<String> =
        switch target {
        case "EpiTestSupport": ["Foundation", "Synchronization", "Glibc"]
        case "Bench": Self.testImports.union(Self.imports.keys).union(["Glibc"])
        case "ToolTests": Self.testImports.subtracting(["EpiBytes"])
        default: Self.testImports.union(Self.imports.keys).union(["CEpiKernels", "ArgumentParser", "Synchronization", "UpdateProbe"])
        }
      for found in try code(path).imports {
        #expect(allowed.contains(found.module), "\(path) imports \(found.module)")
      }
    }
  }

  @Test func `no file is longer than 400 lines`() throws {
    let scripts = ["examples", "Tests"].flatMap(Fixtures.files).filter { $0.hasSuffix(".sh") || $0.hasSuffix(".py") }
    for path in Fixtures.files(below: "Sources") + Self.swiftTests + scripts + ["Package.swift"] {
      let count = try text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(count <= 400, "\(path) has \(count) lines")
    }
  }

  @Test func `a tool's own files only wire, in at most 250 lines`() throws {
    for path in Self.swiftSources where module(of: path).hasPrefix("epi-") {
      let count = try text(path).split(separator: "\n", omittingEmptySubsequences: false).count - 1
      #expect(count <= 250, "\(path) has \(count) lines")
    }
  }

  @Test func `what modules share is package, never public`() throws {
    for path in Self.swiftSources {
      #expect(try code(path).lines(with: ["public"]) == [], "\(path)")
    }
  }

  @Test func `unsafe stands only in the files that are named for it`() throws {
    for path in Self.swiftSources {
      let lines = try code(path).lines(with: ["unsafe"])
      #expect(lines.isEmpty || Self.unsafeFiles.contains(path), "\(path), lines \(lines)")
      #expect(!lines.isEmpty || !Self.unsafeFiles.contains(path), "\(path) is named and needs it no more")
    }
  }

  @Test func `no input can be a reason to trap`() throws {
    for path in Self.swiftSources {
      #expect(try code(path).lines(with: ["fatalError", "preconditionFailure", "assertionFailure"]) == [], "\(path)")
      for (index, line) in try code(path).lines.enumerated() {
        #expect(!line.contains("try!") && !line.contains("as!"), "\(path):\(index + 1)")
      }
    }
  }

  @Test func `C is written for kernels and for what Swift cannot see of libraries`() {
    for path in Fixtures.files(below: "Sources") where path.hasSuffix(".c") || path.hasSuffix(".h") {
      #expect(["CEpiKernels", "CSQLite", "CSQLiteHost", "CJansson", "CGlibc"].contains(module(of: path)), "\(path)")
    }
  }

  @Test func `every Swift target has the strict settings`() throws {
    let manifest = SwiftCode(try text("Package.swift")).lines
    let raw = try text("Package.swift")
    for setting in [
      ".strictMemorySafety()", ".treatAllWarnings(as: .error)", #".enableUpcomingFeature("ExistentialAny")"#,
      #".enableUpcomingFeature("MemberImportVisibility")"#, #".enableUpcomingFeature("InternalImportsByDefault")"#, "swiftLanguageModes: [.v6]",
    ] {
      #expect(raw.contains(setting), "\(setting)")
    }
    // Swift targets are made by module() and tool(), which pass the settings on; the rest is C and tests.
    let makers = manifest.filter { $0.contains(".target(") || $0.contains(".executableTarget(") }
    #expect(
      makers.count == 9,
      "module(), tool(), CEpiKernels, CSQLiteHost, EpiTestSupport, UpdateProbe, the meter, the fuzz target and the mutation run: \(makers)")
    #expect(raw.split(separator: "swiftSettings: strict").count == 3)
    for name in Set(Self.swiftSources.map(module)) {
      #expect(raw.contains("module(\"\(name)\"") || raw.contains("tool(\"\(name)\""), "\(name) is made neither by module() nor by tool()")
    }
  }

  @Test func `files are named for what they hold`() {
    let folders = ["Sources", "Tests", "examples", "man", ".ci"]
    for path in folders.flatMap(Fixtures.files) {
      let name = path.split(separator: "/").last.map(String.init) ?? ""
      let stem = name.split(separator: ".").first.map(String.init) ?? ""
      #expect(!path.contains(" "), "\(path) has a space")
      for word in ["Util", "Utils", "Utilities", "Helper", "Helpers", "Misc", "Common", "Stuff", "Placeholder"] {
        #expect(stem.lowercased() != word.lowercased(), "\(path) says nothing about its content")
        #expect(!(stem.hasSuffix(word) && word != "Common"), "\(path) says nothing about its content")
      }
    }
  }

  @Test func `scripts are bash that stops at the first fault, and can be run`() throws {
    let scripts = ["examples", "Tests"].flatMap(Fixtures.files).filter { $0.hasSuffix(".sh") } + [".ci/run"]
    for path in scripts {
      let content = try text(path)
      #expect(try ToolRunner.program("bash").run("-n", "\(Fixtures.packageRoot)/\(path)").errorText == "", "\(path)")
      // What is only sourced has no first line of its own.
      guard content.hasPrefix("#!") else { continue }
      #expect(content.hasPrefix("#!/usr/bin/env bash\n"), "\(path)")
      #expect(content.contains("set -euo pipefail") || path == ".ci/run", "\(path)")
      #expect(FileManager.default.isExecutableFile(atPath: "\(Fixtures.packageRoot)/\(path)"), "\(path)")
    }
  }

  @Test func `nothing is left to be done later`() throws {
    let marks = ["TO" + "DO", "FIX" + "ME", "XX" + "X:"]
    let scripts = ["examples", "Tests"].flatMap(Fixtures.files).filter { $0.hasSuffix(".sh") || $0.hasSuffix(".py") }
    let texts = scripts + Fixtures.files(below: "man") + Fixtures.files(below: ".ci")
    for path in Fixtures.files(below: "Sources") + Self.swiftTests + texts + ["README.md", "Makefile", "Package.swift"] {
      let content = try text(path)
      for mark in marks { #expect(!content.contains(mark), "\(path)") }
    }
  }

  @Test func `code is told from comments and literals`() {
    let code = SwiftCode(
      """
      // unsafe in a comment
      /* unsafe /* nested */ unsafe */ let a = "unsafe \\"unsafe"
      let b = #"unsafe " \\(unsafe)"#
      let c = "\\(unsafe x + "unsafe") unsafe"
      nonisolated(unsafe) var d = 1
      package import struct Module.Thing
      @testable import Other
      """)
    #expect(code.lines(with: ["unsafe"]) == [4, 5])
    #expect(code.imports == [.init(module: "Module", access: "package"), .init(module: "Other", access: nil)])
  }
}
