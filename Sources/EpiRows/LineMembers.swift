internal import EpiBytes
internal import EpiJSON

/// What the outermost object of a line says: the keys that make it a row, a setting or a control line.
struct LineMembers {
  enum Row {
    case missing
    case object
    /// Not an object; where it begins.
    case other(at: Int)
  }

  var epi: RowValue?
  var table: RowValue?
  var id: RowValue?
  var key: RowValue?
  var value: RowValue?
  var deleted: RowValue?
  var row = Row.missing

  /// Scans the line `input.span[range]`.
  /// - Parameters:
  ///   - members: gets the fields of the outermost object, except `row` when that is an object.
  ///   - fields: gets the fields of `row`.
  ///   - numbers: gets the numbers of arrays.
  init(
    scanning input: borrowing ByteWriter, in range: Range<Int>, members: inout [RowField], fields: inout [RowField],
    numbers: inout ScannedNumbers
  ) throws(JSONError) {
    members.removeAll(keepingCapacity: true)
    fields.removeAll(keepingCapacity: true)
    numbers.removeAll()
    let bytes = input.span
    var scanner = FieldScanner(bytes, in: range)
    try scanner.enterObject()
    while let name = try scanner.nextName() {
      let key = Key(bytes, name)
      if key == .row {
        guard scanner.nextByte == UInt8(ascii: "{") else {
          row = .other(at: Int(try scanner.value().range.start))
          continue
        }
        row = .object
        fields.removeAll(keepingCapacity: true)
        try scanner.enterObject()
        while let name = try scanner.nextName() {
          fields.append(RowField(name, try RowValue(&scanner, &numbers)))
        }
        continue
      }
      let value = try RowValue(&scanner, &numbers)
      members.append(RowField(name, value))
      switch key {
      case .epi: epi = value
      case .table: table = value
      case .id: id = value
      case .kv: self.key = value
      case .value: self.value = value
      case .deleted: deleted = value
      default: break
      }
    }
    try scanner.finish()
  }
}

/// The names that mean something in the outermost object of a line.
private enum Key {
  case epi, table, id, row, deleted, kv, value, other

  init(_ bytes: Span<UInt8>, _ name: ScannedValue) {
    if case .escapedString = name.kind {
      var text = ByteWriter(capacity: 64)
      EscapedText.append(bytes, in: name.range.bounds, to: &text)
      self.init(text.span, 0..<text.count)
    } else {
      self.init(bytes, name.range.bounds)
    }
  }

  private init(_ bytes: Span<UInt8>, _ range: Range<Int>) {
    self =
      switch range.count {
      case 2: bytes.holds("id", at: range) ? .id : bytes.holds("kv", at: range) ? .kv : .other
      case 3: bytes.holds("row", at: range) ? .row : bytes.holds("epi", at: range) ? .epi : .other
      case 5: bytes.holds("table", at: range) ? .table : bytes.holds("value", at: range) ? .value : .other
      case 7: bytes.holds("deleted", at: range) ? .deleted : .other
      default: .other
      }
  }
}

extension Span<UInt8> {
  /// Whether the bytes in `range` are those of `text`.
  @inline(__always)
  func holds(_ text: String, at range: Range<Int>) -> Bool {
    let text = text.utf8
    guard text.count == range.count else { return false }
    var offset = range.lowerBound
    for byte in text {
      if self[offset] != byte { return false }
      offset &+= 1
    }
    return true
  }
}

extension RowField {
  init(_ name: ScannedValue, _ value: RowValue) {
    let hasEscapes = if case .escapedString = name.kind { true } else { false }
    self.init(name: name.range, nameHasEscapes: hasEscapes, value: value)
  }
}
