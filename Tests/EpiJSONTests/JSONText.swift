import EpiBytes
import EpiJSON

/// What a scan of a line found: the value of each field, as jansson prints it, the last value of a name.
struct ScannedObject: Equatable {
  var values: [String: String] = [:]

  /// Scans `line` with `FieldScanner`, keeping arrays of numbers on the way or not.
  init(scanning line: [UInt8], keepingNumbers: Bool = true) throws(JSONError) {
    let bytes = line.span
    var numbers = ScannedNumbers()
    var scanner = FieldScanner(bytes, in: 0..<line.count)
    try scanner.enterObject()
    while let name = try scanner.nextName() {
      let value = keepingNumbers ? try scanner.value(keeping: &numbers) : try scanner.value()
      values[text(of: name, in: line)] = try printed(value, in: line)
    }
    try scanner.finish()
  }

  /// Parses `line` with jansson.
  init(parsing line: [UInt8]) throws(JSONError) {
    let value = try JSONValue(parsing: line.span, in: 0..<line.count)
    guard value.kind == .object else { throw JSONError(.expectedObject, at: 0) }
    for entry in value.entries { values[entry.name] = printed(entry.value) }
  }
}

/// The text of a scanned string.
func text(of value: ScannedValue, in line: [UInt8]) -> String {
  var writer = ByteWriter(capacity: 64)
  if value.kind == .escapedString {
    EscapedText.append(line.span, in: value.range.bounds, to: &writer)
  } else {
    writer.append(line.span, in: value.range.bounds)
  }
  return string(writer)
}

/// Numbers go through Double, so that integers that jansson reads as reals compare equal.
private func printed(_ value: ScannedValue, in line: [UInt8]) throws(JSONError) -> String {
  switch value.kind {
  case .null: return "null"
  case .true: return "true"
  case .false: return "false"
  case .integer, .real: return printed(Double(text(of: value, in: line)))
  case .string, .escapedString: return "string \(text(of: value, in: line))"
  case .array, .object: return printed(try JSONValue(parsing: line.span, in: value.range.bounds))
  }
}

private func printed(_ value: JSONValue) -> String {
  switch value.kind {
  case .null: "null"
  case .boolean: "\(value.boolean == true)"
  case .integer, .real: printed(value.number)
  case .string: "string \(value.string ?? "")"
  case .array: "[" + (0..<value.count).map { value[$0].map(printed) ?? "" }.joined(separator: ",") + "]"
  case .object: "{" + value.entries.map { "\($0.name): \(printed($0.value))" }.joined(separator: ",") + "}"
  }
}

/// Of zeros jansson's integers have no sign.
private func printed(_ number: Double?) -> String {
  number == 0 ? "number 0" : "number \(number ?? .nan)"
}

func string(_ writer: borrowing ByteWriter) -> String {
  let span = writer.span
  return String(decoding: span.indices.map { span[$0] }, as: UTF8.self)
}
