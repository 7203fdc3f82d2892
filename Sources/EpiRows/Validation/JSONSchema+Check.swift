internal import EpiBytes
internal import EpiJSON

extension JSONSchema {
  /// Why a value does not fit.
  struct Fault {
    /// From the value checked to the part that does not fit: `.device`, `[2]`; empty when it is the value itself.
    var path: String
    var expected: String
    var got: String
  }

  /// Checks the value `bytes[value.range]`, which is known to be JSON; nothing is copied unless it has escapes.
  /// - Complexity: O(bytes of the value · depth of the schema)
  func fault(of value: ScannedValue, in bytes: Span<UInt8>) -> Fault? {
    do {
      return try fault(of: value, node: 0, in: bytes)
    } catch {
      return Fault(path: "", expected: "JSON", got: error.message)
    }
  }

  /// Whether an array of nothing but numbers fits, told from their number; nil when they must be looked at.
  func fits(numbers count: Int) -> Bool? {
    let node = nodes[0]
    guard !node.isFalse, node.types.contains(.array), node.choices == nil, node.counts.contains(count) else { return nil }
    guard let items = node.items else { return true }
    return nodes[items].isOnlyTypes && nodes[items].types.contains(.number) ? true : nil
  }

  private func fault(of value: ScannedValue, node index: Int, in bytes: Span<UInt8>) throws(JSONError) -> Fault? {
    let node = nodes[index]
    func fault(_ expected: String) -> Fault { Fault(path: "", expected: expected, got: Self.words(value, in: bytes)) }
    if node.isFalse { return fault("nothing") }
    if node.types != .all, !Self.isOf(node.types, value, in: bytes) { return fault(node.types.words) }
    if let choices = node.choices, !Self.isOne(of: choices, value, in: bytes) { return fault("one of " + choices.words) }
    switch value.kind {
    case .integer, .real:
      guard node.minimum != nil || node.maximum != nil else { return nil }
      let number = Self.number(value, in: bytes)
      if let minimum = node.minimum, node.minimumIsExcluded ? number <= minimum : number < minimum {
        return fault("\(node.minimumIsExcluded ? "more than" : "at least") \(minimum.shortWords)")
      }
      if let maximum = node.maximum, node.maximumIsExcluded ? number >= maximum : number > maximum {
        return fault("\(node.maximumIsExcluded ? "less than" : "at most") \(maximum.shortWords)")
      }
    case .string, .escapedString:
      guard node.lengths != Bounds() else { return nil }
      let length = Self.length(value, in: bytes)
      if !node.lengths.contains(length) { return fault(node.lengths.words("character") + ", not \(length)") }
    case .array: return try faultOfArray(value, node, in: bytes)
    case .object: return try faultOfObject(value, node, in: bytes)
    case .null, .true, .false: break
    }
    return nil
  }

  private func faultOfArray(_ value: ScannedValue, _ node: Node, in bytes: Span<UInt8>) throws(JSONError) -> Fault? {
    guard node.items != nil || node.counts != Bounds() else { return nil }
    var scanner = FieldScanner(bytes, in: value.range.bounds)
    var count = 0
    try scanner.enterArray()
    while try scanner.nextElement() {
      let element = try scanner.value()
      if let items = node.items, var fault = try fault(of: element, node: items, in: bytes) {
        fault.path = "[\(count)]" + fault.path
        return fault
      }
      count += 1
    }
    guard !node.counts.contains(count) else { return nil }
    return Fault(path: "", expected: node.counts.words("element"), got: "\(count)")
  }

  private func faultOfObject(_ value: ScannedValue, _ node: Node, in bytes: Span<UInt8>) throws(JSONError) -> Fault? {
    guard !node.properties.isEmpty || node.additional != nil || !node.required.isEmpty else { return nil }
    var members: [(name: ScannedValue, value: ScannedValue)] = []
    var scanner = FieldScanner(bytes, in: value.range.bounds)
    try scanner.enterObject()
    while let name = try scanner.nextName() { members.append((name, try scanner.value())) }
    var names: [[UInt8]] = []
    for member in members { names.append(Self.text(of: member.name, in: bytes)) }
    // Of a repeated name the last value counts.
    let last = NameSet(names.reversed())
    for name in node.required where last.index(of: name.indices, in: name.span) == nil {
      return Fault(path: SchemaPath.step(to: String(decoding: name, as: UTF8.self)), expected: "a value", got: "none")
    }
    for (index, member) in members.enumerated() {
      let name = names[index]
      guard last.index(of: name.indices, in: name.span) == members.count - 1 - index else { continue }
      let property = node.properties.index(of: name.indices, in: name.span).map { node.propertyNodes[$0] }
      guard let schema = property ?? node.additional, var fault = try fault(of: member.value, node: schema, in: bytes) else { continue }
      fault.path = SchemaPath.step(to: String(decoding: name, as: UTF8.self)) + fault.path
      return fault
    }
    return nil
  }

  // MARK: Values

  private static func isOf(_ types: TypeSet, _ value: ScannedValue, in bytes: Span<UInt8>) -> Bool {
    switch value.kind {
    case .null: types.contains(.null)
    case .true, .false: types.contains(.boolean)
    case .integer: !types.isDisjoint(with: [.integer, .number])
    case .real: types.contains(.number) || types.contains(.integer) && isWhole(value.range.bounds, in: bytes)
    case .string, .escapedString: types.contains(.string)
    case .array: types.contains(.array)
    case .object: types.contains(.object)
    }
  }

  /// Whether a number's value has no fraction: 1.0 and 1e3 are integers as JSON Schema has it.
  static func isWhole(_ range: Range<Int>, in bytes: Span<UInt8>) -> Bool {
    guard let text = UTF8Text.string(bytes, in: range), let number = Double(text) else { return false }
    return number.rounded() == number
  }

  private static func number(_ value: ScannedValue, in bytes: Span<UInt8>) -> Double {
    UTF8Text.string(bytes, in: value.range.bounds).flatMap { Double($0) } ?? .nan
  }

  /// Characters (Unicode scalars) of a string.
  private static func length(_ value: ScannedValue, in bytes: Span<UInt8>) -> Int {
    if value.kind == .string { return value.range.bounds.reduce(0) { bytes[$1] & 0xc0 == 0x80 ? $0 : $0 + 1 } }
    return text(of: value, in: bytes).reduce(0) { $1 & 0xc0 == 0x80 ? $0 : $0 + 1 }
  }

  private static func text(of value: ScannedValue, in bytes: Span<UInt8>) -> [UInt8] {
    guard value.kind == .escapedString else { return Array(copying: bytes, in: value.range.bounds) }
    var text = ByteWriter(capacity: 64)
    EscapedText.append(bytes, in: value.range.bounds, to: &text)
    return Array(copying: text.span, in: 0..<text.count)
  }

  /// - Complexity: O(log choices) comparisons
  private static func isOne(of choices: Choices, _ value: ScannedValue, in bytes: Span<UInt8>) -> Bool {
    switch value.kind {
    case .null: return choices.hasNull
    case .true: return choices.hasTrue
    case .false: return choices.hasFalse
    case .integer, .real:
      let number = number(value, in: bytes)
      var (low, high) = (0, choices.numbers.count)
      while low < high {
        let middle = (low + high) / 2
        if choices.numbers[middle] < number { low = middle + 1 } else { high = middle }
      }
      return low < choices.numbers.count && choices.numbers[low] == number
    case .string: return choices.strings.index(of: value.range.bounds, in: bytes) != nil
    case .escapedString:
      let text = text(of: value, in: bytes)
      return choices.strings.index(of: text.indices, in: text.span) != nil
    case .array, .object: return false
    }
  }

  static func words(_ value: ScannedValue, in bytes: Span<UInt8>) -> String { DefinitionNode(value, path: "").words(in: bytes) }
}

extension JSONSchema.Bounds {
  fileprivate func words(_ noun: String) -> String {
    func count(_ number: Int) -> String { "\(number) \(noun)\(number == 1 ? "" : "s")" }
    if most == .max { return "at least \(count(least))" }
    if least == 0 { return "at most \(count(most))" }
    return least == most ? count(least) : "from \(least) to \(count(most))"
  }
}

extension Double {
  /// Without the point of a whole number.
  fileprivate var shortWords: String { rounded() == self && magnitude < 1e15 ? String(Int64(self)) : "\(self)" }
}
