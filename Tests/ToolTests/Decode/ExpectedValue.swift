import Foundation

/// A JSON value of which numbers compare by value, to hold what a tool printed against what a fixture expects.
enum ExpectedValue: Equatable {
  case null
  case boolean(Bool)
  case number(Double)
  /// A whole number that a double may not hold.
  case integer(String)
  case string(String)
  case array([ExpectedValue])
  case object([String: ExpectedValue])

  init(json bytes: [UInt8]) throws {
    self.init(try JSONSerialization.jsonObject(with: Data(bytes), options: [.fragmentsAllowed]))
  }

  private init(_ value: Any) {
    switch value {
    case let number as NSNumber:
      if String(cString: number.objCType) == "c" {
        self = .boolean(number.boolValue)
      } else if abs(number.doubleValue) >= 9_007_199_254_740_992, number.doubleValue.truncatingRemainder(dividingBy: 1) == 0 {
        self = .integer(number.stringValue)
      } else {
        self = .number(number.doubleValue)
      }
    case let text as String: self = .string(text)
    case let array as [Any]: self = .array(array.map { ExpectedValue($0) })
    case let object as [String: Any]: self = .object(object.mapValues { ExpectedValue($0) })
    default: self = .null
    }
  }

  subscript(key: String) -> ExpectedValue? {
    if case .object(let entries) = self { return entries[key] }
    return nil
  }

  var text: String? {
    if case .string(let text) = self { return text }
    return nil
  }

  /// What the tools print for a value in the fixtures' notation, in which values that JSON lacks are tagged; nil for undefined.
  func printed(inArray: Bool = false) -> ExpectedValue? {
    switch self {
    case .array(let elements): return .array(elements.map { $0.printed(inArray: true) ?? .null })
    case .object(let entries):
      if entries.count <= 2, let tagged = tagged(entries, inArray: inArray) { return tagged.value }
      return .object(entries.compactMapValues { $0.printed() })
    default: return self
    }
  }

  /// The value of an object that is a tag; nil when it is none.
  private func tagged(_ entries: [String: ExpectedValue], inArray: Bool) -> (value: ExpectedValue?, Void)? {
    if entries["$undefined"] != nil { return (inArray ? .null : nil, ()) }
    if let number = entries["$number"] { return (number.text == "-0" ? .number(0) : .null, ()) }
    if let digits = entries["$bigint"]?.text {
      let value = Double(digits) ?? .nan
      return (abs(value) >= 9_007_199_254_740_992 ? .integer(digits) : .number(value), ())
    }
    if let bytes = entries["$bytes"] { return (.object(["$base64": .boolean(true), "encoded": bytes]), ()) }
    if let document = entries["$doc"] { return (.object(["$doc": .object(["guid": document["guid"] ?? .null])]), ()) }
    if entries["$type"] != nil, let json = entries["json"] { return (json.printed(inArray: inArray), ()) }
    if case .array(let pairs)? = entries["$object"] {
      var object: [String: ExpectedValue] = [:]
      for case .array(let pair) in pairs { if let key = pair[0].text { object[key] = pair[1].printed() } }
      return (.object(object), ())
    }
    return nil
  }
}
