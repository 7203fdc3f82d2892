import EpiTestSupport
import Foundation
import Testing

/// Rows enough for a graph, from the shell.
struct GraphOptionTests {
  private let folder: TemporaryFolder
  private let rows: String
  private let queries: String
  private let index: String

  private static let dimensions = 40
  /// A graph for rows that would get none by themselves, with codes that vectors so short would not get.
  private static let options = ["--search-l", "100", "--compress-neighbors", "float1bit"]

  init() throws {
    folder = try TemporaryFolder()
    var generator = SeededGenerator(seed: 1)
    func numbers(about centre: [Double]) -> String {
      "[" + centre.map { String($0 + Double.random(in: -1...1, using: &generator)) }.joined(separator: ",") + "]"
    }
    var centres: [[Double]] = []
    for _ in 0..<100 { centres.append((0..<Self.dimensions).map { _ in Double.random(in: -1...1, using: &generator) }) }
    var text = ""
    for row in 0..<1_500 {
      text += #"{"table":"t","id":"r\#(row)","row":{"id":"r\#(row)","v":\#(numbers(about: centres[row % 100]))}}"# + "\n"
    }
    rows = try folder.write(text, to: "rows.ndjson")
    queries = try folder.write(centres.map { numbers(about: $0) + "\n" }.joined(), to: "queries.ndjson")
    index = folder.file("a.epi")
    let run = try ToolRunner.index.run(Self.options + ["-o", index, rows])
    #expect(run.status == 0, "\(run)")
  }

  private func ids(_ options: String...) throws -> [Set<String>] {
    let run = try ToolRunner.search.run(options + ["--format=ids", index, queries])
    #expect(run.status == 0, "\(run)")
    return try run.lines.map { Set(try JSONDecoder().decode([String].self, from: Data($0.utf8))) }
  }

  @Test func `a graph finds nearly all of the nearest, and a wider search more`() throws {
    #expect(try ToolRunner.index.run("--check", index).status == 0)
    let run = try ToolRunner.shell("epi-index --info '\(index)' | jq -c '[.kind,.graph.nodes,.graph.max_neighbors,.graph.search_l,.sections.blocks]'")
    // A vector of 40 numbers with padding, 32 links of 12 bytes, 32 codes of 64 bits.
    let blocks = 1_500 * (192 + 32 * 12 + 32 * 8)
    #expect(run.text == "[\"graph\",1500,32,100,\(blocks)]\n")
    let exact = try ids("--exact")
    func hits(_ found: [Set<String>]) -> Int { zip(found, exact).reduce(0) { $0 + $1.0.intersection($1.1).count } }
    #expect(exact.count == 100 && exact.allSatisfy { $0.count == 10 })
    #expect(hits(try ids()) >= 980)
    #expect(hits(try ids("--search-l", "10")) < hits(try ids("--search-l=100")))
    #expect(try ids("--threads", "1") == ids("--threads", "3"))
  }

  @Test func `recall is told as JSON`() throws {
    struct Report: Decodable {
      let queries: Int
      let k: Int
      let recall: Double
    }
    func report(_ options: String...) throws -> Report {
      let run = try ToolRunner.search.run(options + [index])
      #expect(run.status == 0 && run.errorText == "", "\(run)")
      return try JSONDecoder().decode(Report.self, from: Data(run.text.utf8))
    }
    let wide = try report("--recall", "200", "-k", "5")
    #expect(wide.queries == 200 && wide.k == 5 && (0.98...1).contains(wide.recall))
    #expect(try report("--recall=200", "-k5", "--search-l=5").recall < wide.recall)
  }

  @Test func `the same options give the same file from any number of threads, others another`() throws {
    func bytesOf(_ options: String...) throws -> [UInt8] {
      #expect(try ToolRunner.index.run(Self.options + options + ["-o", folder.file("b.epi"), rows]).status == 0)
      #expect(try ToolRunner.index.run("--check", folder.file("b.epi")).status == 0)
      return try folder.bytes("b.epi")
    }
    let bytes = try folder.bytes("a.epi")
    for threads in ["1", "2", "5"] { #expect(try bytesOf("--threads", threads).firstDifference(from: bytes) == nil) }
    for options in [["--seed", "7"], ["--alpha", "1.5"], ["--insert-l", "20"], ["--search-l", "50"], ["--max-neighbors", "64"], ["--exact"]] {
      let run = try ToolRunner.index.run(options + ["-o", folder.file("c.epi"), rows])
      #expect(run.status == 0, "\(run)")
      #expect(try folder.bytes("c.epi").firstDifference(from: bytes) != nil, "\(options)")
    }
  }

  @Test func `few rows get a graph when an option says how it is to be, and short vectors no codes`() throws {
    func kind(_ options: String...) throws -> String {
      #expect(try ToolRunner.index.run(options + ["-o", folder.file("d.epi"), rows]).status == 0)
      return try ToolRunner.shell("epi-index --info '\(folder.file("d.epi"))' | jq -c '[.kind,.graph.compress_neighbors]'").text
    }
    #expect(try kind() == "[\"exact\",null]\n")
    #expect(try kind("--threads", "1") == "[\"exact\",null]\n")
    #expect(try kind("--insert-l", "80") == "[\"graph\",\"none\"]\n")
    #expect(try kind("--compress-neighbors", "auto") == "[\"graph\",\"none\"]\n")
    #expect(try kind("--exact", "--seed", "1") == "[\"exact\",null]\n")
  }

  @Test func `what is made from an older snapshot is the same in a file and through a pipe, to which nothing can be copied`() throws {
    let lines = try ToolRunner.shell("cat '\(rows)'").lines.sorted()
    let other = lines[700].replacing(".", with: ".3")
    let changed = Array(lines[..<700]) + [other] + lines[701...]
    for lines in [lines, changed, changed.reversed(), Array(lines.dropLast(9)), Array(lines.dropFirst()), lines + [other.replacing("\"id\":\"r", with: "\"id\":\"s")]] {
      let input = try folder.write(lines.map { $0 + "\n" }.joined(), to: "new.ndjson")
      for basis in ["a.epi", "b.epi"] {
        _ = try folder.write(try folder.bytes("a.epi"), to: "b.epi")
        let run = try ToolRunner.index.run(Self.options + ["--reuse", folder.file(basis), "-o", folder.file("b.epi"), input])
        #expect(run.status == 0, "\(run)")
        #expect(try ToolRunner.index.run("--check", folder.file("b.epi")).status == 0)
        let options = Self.options.joined(separator: " ")
        #expect(try ToolRunner.shell("epi-index \(options) --reuse '\(index)' -o - '\(input)' | cat >'\(folder.file("c.epi"))'").status == 0)
        #expect(try folder.bytes("b.epi").firstDifference(from: try folder.bytes("c.epi")) == nil)
      }
    }
  }

  @Test func `a damaged snapshot is not reused, and what replaces it is sound`() throws {
    let sorted = try folder.write(try ToolRunner.shell("cat '\(rows)'").lines.sorted().map { $0 + "\n" }.joined(), to: "sorted.ndjson")
    for options in [Self.options, ["--max-neighbors", "64"]] {
      #expect(try ToolRunner.index.run(options + ["-o", folder.file("fresh.epi"), sorted]).status == 0)
      let sound = try folder.bytes("a.epi")
      // A vector or a code, in the middle of the blocks; an id; the last byte of all.
      for place in [sound.count / 2, sound.count - 9_000, sound.count - 1] {
        var bytes = sound
        bytes[place] ^= 0x40
        let index = try folder.write(bytes, to: "damaged.epi")
        let run = try ToolRunner.index.run(options + ["--reuse", index, "-o", index, sorted])
        #expect(run.status == 0, "\(run)")
        #expect(run.errorText.contains("'\(index)' cannot be reused: it is damaged"), "\(run)")
        #expect(try folder.bytes("damaged.epi").firstDifference(from: try folder.bytes("fresh.epi")) == nil)
      }
    }
  }

  @Test(arguments: ["l2", "dot"]) func `vectors whose numbers are next to nothing are linked too`(metric: String) throws {
    let folder = try TemporaryFolder()
    let rows = (0..<200).map { "{\"id\":\"\($0)\",\"v\":[\(($0 * 7) % 11 + 1)e-42,\(($0 * 5) % 13)e-42,\($0 % 17)e-43]}\n" }
    let index = folder.file("tiny.epi")
    let run = try ToolRunner.index.run("--table", "t", "--metric", metric, "--max-neighbors", "32", "-o", index, input: rows.joined())
    #expect(run.status == 0, "\(run)")
    #expect(try ToolRunner.search.run("-k3", "--format=ids", index, input: "[1e-42,2e-42,3e-42]\n").lines.count == 1)
  }
}
