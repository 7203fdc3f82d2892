import EpiTestSupport
import Testing

/// What `--max-depth` and `--max-items` bound, at the bound and one beyond it.
struct LimitTests {
  /// Shared types inside the root list `l`, each in the one before. A reference of 3, an XML element, is followed by its name.
  private static func types(_ depth: Int, reference: UInt8) -> [[UInt8]] {
    (0..<depth).map { index in
      let parent = index == 0 ? [1] + UpdateBytes.text("l") : [0, 1] + UpdateBytes.number(index - 1)
      return [0x07] + parent + [reference] + (reference == 3 ? UpdateBytes.text("p") : [])
    }
  }

  /// A value of the root list `l`.
  private static func value(_ any: [UInt8]) -> [[UInt8]] { [[0x08, 1] + UpdateBytes.text("l") + [1] + any] }

  private static func nested(_ kind: String, _ depth: Int) -> [UInt8] {
    switch kind {
    case "arrays": UpdateBytes.update(value([UInt8](repeating: 0, count: depth).flatMap { _ in [0x75, 1] } + [0x7e]))
    case "objects": UpdateBytes.update(value([UInt8](repeating: 0, count: depth).flatMap { _ in [0x76, 1] + UpdateBytes.text("a") } + [0x7e]))
    case "JSON text": UpdateBytes.update([[0x05, 1] + UpdateBytes.text("l") + UpdateBytes.text(String(repeating: "[", count: depth) + String(repeating: "]", count: depth))])
    case "lists": UpdateBytes.update(types(depth, reference: 0))
    case "elements": UpdateBytes.update(types(depth, reference: 3))
    case "fragments": UpdateBytes.update(types(depth, reference: 4))
    // The innermost list holds a value that is nested as deep again.
    default: UpdateBytes.update(types(depth, reference: 0) + [[0x08, 0, 1] + UpdateBytes.number(depth - 1) + [1] + [UInt8](repeating: 0, count: depth).flatMap { _ in [0x75, 1] } + [0x7e]])
    }
  }

  private static let kinds = ["arrays", "objects", "JSON text", "lists", "elements", "fragments", "lists and arrays"]

  @Test(arguments: kinds, [1, 3, 500, 1000])
  func `so many levels are printed and one more is refused with its place`(kind: String, depth: Int) throws {
    let form = kind == "elements" ? "xml" : kind == "JSON text" ? "text" : "array"
    var options = ["--encoding=v1", "--dump", "--root", "l=\(form)", "--text=delta"]
    if depth != 500 { options += ["--max-depth", "\(depth)"] }
    let good = try ToolRunner.ydecode.run(options, input: Self.nested(kind, depth))
    #expect(good.status == 0 && good.errors.isEmpty, "\(good)")
    // Fragments print as strings, which hold what is inside them and no brackets.
    let opening = good.output.count { $0 == UInt8(ascii: kind == "objects" ? "{" : kind == "elements" ? "<" : "[") }
    switch kind {
    case "arrays", "lists", "JSON text": #expect(opening == depth + 1, "\(good)")
    case "objects": #expect(opening == depth + 1, "\(good)")
    case "elements": #expect(opening == 2 * depth, "\(good)")
    case "lists and arrays": #expect(opening == 2 * depth + 1, "\(good)")
    default: break
    }

    let bad = try ToolRunner.ydecode.run(options, input: Self.nested(kind, depth + 1))
    #expect(bad.status == 65 && bad.output.isEmpty, "\(bad)")
    let told = try #require(bad.errorLines.first)
    #expect(told.hasPrefix("epi-ydecode: -@") && told.hasSuffix(" (update 1): values are nested deeper than \(depth) levels"), "\(bad)")
    let offset = Int(told.dropFirst("epi-ydecode: -@".count).prefix { $0.isNumber }) ?? 0
    #expect(offset > 5 && offset < Self.nested(kind, depth + 1).count, "\(bad)")
    #expect(bad.errorLines.last == "epi-ydecode: hint: --max-depth allows \(depth < 1000 ? "up to 1000" : "no more")", "\(bad)")
  }

  @Test func `a row is refused as a dump is`() throws {
    // tables → t → row → cell: a list of lists.
    var structs: [[UInt8]] = [
      [0x27, 1] + UpdateBytes.text("tables") + UpdateBytes.text("t") + [1], [0x27, 0, 1, 0] + UpdateBytes.text("r") + [1], [0x27, 0, 1, 1] + UpdateBytes.text("c") + [0],
    ]
    structs.append([0x07, 0, 1, 2, 0])
    let update = UpdateBytes.update(structs)
    #expect(try ToolRunner.ydecode.run("--max-depth=2", input: update).status == 0)
    let run = try ToolRunner.ydecode.run("--max-depth=1", input: update)
    #expect(run.status == 65 && run.errorText.contains("-@\(update.count - 6) (update 1): values are nested deeper than 1 levels"), "\(run)")
  }

  @Test(arguments: [["--dump"], ["--inspect"], ["--layout=maps"]])
  func `so many items are read and one more is refused with its place`(mode: [String]) throws {
    let update = UpdateBytes.update([[0x08, 1] + UpdateBytes.text("l") + [1, 0x7e], [0x88, 1, 0, 1, 0x7e], [0x88, 1, 1, 1, 0x7e]])
    let log = [UInt8(update.count)] + update + [2, 0, 0]
    let good = try ToolRunner.ydecode.run(["--frames=length", "--max-items=3"] + mode, input: log)
    #expect(good.status == 0 && good.errors.isEmpty, "\(good)")
    let bad = try ToolRunner.ydecode.run(["--frames=length", "--max-items=2"] + mode, input: log)
    #expect(bad.status == 65, "\(bad)")
    #expect(
      bad.errorLines == [
        "epi-ydecode: -@\(update.count - 5) (update 1): the updates announce more than 2 items",
        "epi-ydecode: hint: if the input is to be trusted, --max-items allows more, at 80 bytes of memory each",
      ], "\(bad)")
  }

  @Test func `updates of version 2 that ask for too much are not taken for empty ones of version 1`() throws {
    // 2^53 - 1 collected structs, by columns that repeat for ever.
    let endless: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
    let columns: [[UInt8]] = [[], [0x05], [], [], [0], [0], [], [], [0x41] + endless]
    let update = [0] + columns.flatMap { [UInt8($0.count)] + $0 } + [1] + endless + [0, 0]
    let run = try ToolRunner.ydecode.run("--dump", "--max-items=100000", input: update)
    #expect(run.status == 65 && run.errorText.contains("the updates announce more than 100000 items"), "\(run)")
  }

  @Test(arguments: [("--max-depth", "0"), ("--max-depth", "1001"), ("--max-items", "0"), ("--max-items", "2147483648")])
  func `bounds that make no sense are wrong use`(option: String, value: String) throws {
    let run = try ToolRunner.ydecode.run(option, value, input: [0, 0])
    #expect(run.status == 64 && run.errorLines.first?.hasPrefix("epi-ydecode: \(option) must be from 1 to ") == true, "\(run)")
  }

  @Test(arguments: [(7, "a weak link of yrs"), (9, "a sub document as a shared type of yrs"), (15, "that yrs left undefined"), (8, "type reference 8\n")])
  func `what only yrs writes is named`(reference: UInt8, name: String) throws {
    let run = try ToolRunner.ydecode.run("--encoding=v1", "--dump", input: UpdateBytes.update([[0x07, 1] + UpdateBytes.text("l") + [reference, 0, 0]]))
    #expect(run.status == 65 && run.errorText.contains("-@4 (update 1): unknown type reference \(reference)"), "\(run)")
    #expect(run.errorText.contains(name), "\(run)")
  }

  @Test func `a move of early yrs is named`() throws {
    let run = try ToolRunner.ydecode.run("--encoding=v1", "--dump", input: UpdateBytes.update([[0x0b, 1] + UpdateBytes.text("l") + [0, 1, 0]]))
    #expect(run.status == 65 && run.errorText.contains("unknown content reference 11: a move of yrs before 0.27"), "\(run)")
  }
}
