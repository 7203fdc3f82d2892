import EpiBytes
import EpiJSON
import EpiRows
import EpiTestSupport
import Testing

/// Rows as the reader's fast lanes hand them out, beside the same lines as jansson parses them.
struct RowReaderJanssonTests {
  /// What a line says, values as jansson would print them.
  private struct Row: Equatable {
    var table: String
    var id: String
    /// By name; nil for a row that is gone.
    var fields: [String: String]?
    /// The numbers of the fields that are arrays of numbers within Float.
    var vectors: [String: [UInt32]] = [:]
  }

  private enum Answer: Equatable {
    case row(Row)
    /// A control line, a setting or a bare object: it is JSON, and not a row.
    case other
    case refused
  }

  // MARK: The two opinions

  private func answerOfReader(_ line: [UInt8]) throws -> Answer {
    var reader = RowReader()
    reader.input.append(line)
    reader.endOfInput()
    do {
      switch try reader.next() {
      case .row, .deletedRow: break
      default: return .other
      }
    } catch {
      return .refused
    }
    var row = Row(table: reader.tables[reader.table], id: StreamText.text(reader.id, reader), fields: nil)
    guard !reader.fields.isEmpty || !String(decoding: line, as: UTF8.self).contains("deleted") else { return .row(row) }
    row.fields = [:]
    for field in reader.fields {
      var name = ByteWriter(capacity: 16)
      reader.appendName(of: field, to: &name)
      let json = Array(StreamText.json(field.value, reader).utf8)
      let value = try #require(try? JSONValue(parsing: json.span, in: json.indices), "\(StreamText.json(field.value, reader)) of \(String(decoding: line, as: UTF8.self)) is no JSON")
      row.fields?[StreamText.string(name)] = Self.printed(value)
      var floats: [Float] = []
      if field.value.kind == .array, (try? reader.appendFloats(of: field.value, to: &floats)) != nil {
        row.vectors[StreamText.string(name)] = floats.map(\.bitPattern)
      }
    }
    return .row(row)
  }

  private func answerOfJansson(_ line: [UInt8]) -> Answer {
    guard let value = try? JSONValue(parsing: line.span, in: line.indices), value.kind == .object else { return .refused }
    if value["epi"] != nil || (value["kv"] != nil && value["id"] == nil && value["table"] == nil) { return .other }
    // Without a table named for them, bare objects are refused.
    guard let table = value["table"]?.string, let id = value["id"]?.string else { return .refused }
    guard value["deleted"].map({ $0.boolean != nil }) ?? true else { return .refused }
    let isDeleted = value["deleted"]?.boolean == true
    guard let fields = value["row"] else { return isDeleted ? .row(Row(table: table, id: id, fields: nil)) : .refused }
    guard fields.kind == .object, !isDeleted else { return .refused }
    var row = Row(table: table, id: id, fields: [:])
    for (name, value) in fields.entries {
      row.fields?[name] = Self.printed(value)
      guard value.kind == .array else { continue }
      let numbers = (0..<value.count).compactMap { value[$0]?.number }
      let floats = numbers.map { Float($0) }
      if numbers.count == value.count, floats.allSatisfy(\.isFinite) { row.vectors[name] = floats.map(\.bitPattern) }
    }
    return .row(row)
  }

  /// Numbers go through Double, so that integers that jansson reads as reals compare equal; of zeros its integers have no sign.
  private static func printed(_ value: JSONValue) -> String {
    switch value.kind {
    case .null: "null"
    case .boolean: "\(value.boolean == true)"
    case .integer, .real: value.number == 0 ? "0" : "\(value.number ?? .nan)"
    case .string: "\"\(value.string ?? "")\""
    case .array: "[" + (0..<value.count).map { value[$0].map(printed) ?? "" }.joined(separator: ",") + "]"
    case .object: "{" + value.entries.map { "\($0.name): \(printed($0.value))" }.joined(separator: ",") + "}"
    }
  }

  @discardableResult
  private func compare(_ line: [UInt8], _ location: SourceLocation = #_sourceLocation) throws -> Answer {
    let peer = answerOfJansson(line)
    let own = try answerOfReader(line)
    // A control line may be refused for what it says; here it is only about rows.
    if peer == .other || own == .other {
      #expect(own != .row(Row(table: "", id: "", fields: nil)) && peer != .refused || own == .refused, sourceLocation: location)
    } else {
      #expect(Self.withoutSigns(own) == Self.withoutSigns(peer), "\(String(decoding: line.prefix(300), as: UTF8.self))", sourceLocation: location)
    }
    return own
  }

  /// jansson's integer -0 is 0.
  private static func withoutSigns(_ answer: Answer) -> Answer {
    guard case .row(var row) = answer else { return answer }
    for name in row.vectors.keys { row.vectors[name] = row.vectors[name]?.map { $0 == 0x8000_0000 ? 0 : $0 } }
    return .row(row)
  }

  // MARK: Lines

  private static let fixtures = ["cell-kinds", "concurrent-5", "odd-names", "plain", "rich-cells"]

  private static func lines(_ name: String) throws -> [[UInt8]] {
    try Fixtures.bytes("rows/\(name).rows.ndjson").split(separator: UInt8(ascii: "\n")).map(Array.init)
  }

  @Test(arguments: fixtures)
  func `reads every row of the fixtures as jansson does`(name: String) throws {
    let lines = try Self.lines(name)
    #expect(lines.count > 3)
    for line in lines {
      guard case .row = try compare(line) else {
        Issue.record("\(String(decoding: line, as: UTF8.self)) was refused")
        continue
      }
    }
  }

  /// What mutations put in: the characters of JSON's grammar, and those that break UTF-8.
  private static let alphabet = Array("{}[]\",:\\ue0123456789.-+ truefalsn/\u{1}\t\r".utf8) + [0x80, 0xbf, 0xc3, 0xe2, 0xed, 0xf0, 0xff]

  private func mutate(_ line: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var line = line
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let at = Int.random(in: 0...line.count, using: &random)
      let length = min(Int.random(in: 0...12, using: &random), line.count - at)
      switch Int.random(in: 0..<5, using: &random) {
      case 0 where at < line.count: line[at] = Self.alphabet.randomElement(using: &random)!
      case 1 where at < line.count: line.remove(at: at)
      case 2: line.insert(Self.alphabet.randomElement(using: &random)!, at: at)
      case 3: line.insert(contentsOf: line[at..<at + length], at: Int.random(in: 0...line.count, using: &random))
      default: line.removeSubrange(at..<at + length)
      }
    }
    return line
  }

  @Test(arguments: Seeds.list(8))
  func `agrees with jansson on damaged rows of the fixtures`(seed: UInt64) throws {
    var random = SeededGenerator(seed: seed)
    let lines = try Self.fixtures.flatMap(Self.lines)
    var accepted = 0
    let count = 2500
    for _ in 0..<count {
      let line = mutate(lines.randomElement(using: &random)!, &random)
      // A line has no end inside it.
      guard !line.contains(UInt8(ascii: "\n")) else { continue }
      if case .row = try compare(line) { accepted += 1 }
    }
    // Mutations that spoil everything, or nothing, would test little.
    #expect(accepted > count / 20 && accepted < count * 4 / 5, "\(accepted) of \(count) accepted")
  }
}
