internal import EpiBytes
internal import EpiJSON

extension RowReader {
  /// The row stream's version that is understood.
  package static var version: Int { 1 }

  /// Reads a control line; its members are in `members`.
  /// - Returns: nil for a kind not known here: later writers of this version may add some.
  mutating func readControl(_ version: RowValue) throws(RowError) -> RowEvent? {
    fields.removeAll(keepingCapacity: true)
    guard version.kind == .integer, integer(version) == Self.version else {
      var found = ByteWriter(capacity: 64)
      appendJSON(of: version, to: &found)
      let text = UTF8Text.string(found.span, in: 0..<min(found.count, 64)) ?? ""
      throw error(in: version, "the row stream has version '\(text)', this tool reads version '\(Self.version)'",
        hint: "use tools of the same release at both ends of the pipe")
    }
    if let begin = member("begin", of: members) { return try readBegin(begin) }
    if let end = member("end", of: members) { return try readEnd(end) }
    if let table = member("table", of: members), let fields = member("fields", of: members) { return try readSchema(table, fields) }
    return nil
  }

  private mutating func readBegin(_ value: RowValue) throws(RowError) -> RowEvent {
    let members = try object(value, "begin")
    guard let name = member("mode", of: members) else { throw error("'begin' has no 'mode'", hint: Self.modeHint) }
    guard case .string = name.kind, let mode = StreamMode(rawValue: string(name)) else {
      throw error(in: name, "unknown mode '\(string(name))'", hint: Self.modeHint)
    }
    guard !hasContent || sawEnd else { throw error("'begin' after the first rows") }
    guard !isOpen else { throw error("'begin' before the 'end' of the batch before it") }
    guard !sawEnd || mode == .changes else {
      throw error("a second snapshot in one stream", hint: "read streams that were joined with cat one by one")
    }
    let since = try text("since", of: members)
    guard since == nil || mode == .changes else { throw error("'since' in a snapshot, which continues nothing") }
    self.mode = mode
    sawEnd = false
    hasContent = false
    isOpen = true
    return .begin(StreamBegin(mode, since: since))
  }

  private static var modeHint: String { "the modes are 'snapshot' and 'changes'" }

  private mutating func readEnd(_ value: RowValue) throws(RowError) -> RowEvent {
    let members = try object(value, "end")
    var end = StreamEnd()
    end.rows = try count("rows", of: members)
    if member("deleted", of: members) != nil { end.deleted = try count("deleted", of: members) }
    end.tables = try count("tables", of: members)
    end.pending = try count("pending", of: members)
    end.state = try text("state", of: members)
    end.hash = try text("hash", of: members)
    guard !sawEnd || mode == .changes else { throw error("a second 'end'") }
    hasContent = true
    sawEnd = true
    isOpen = false
    return .end(end)
  }

  // MARK: Members of control lines

  /// The members of the object `value`, which `name` names in messages.
  func object(_ value: RowValue, _ name: String) throws(RowError) -> [RowField] {
    guard value.kind == .object else { throw error(in: value, "'\(name)' is \(value.kind.words), not an object") }
    var members: [RowField] = []
    var unused = ScannedNumbers()
    do {
      var scanner = FieldScanner(input.span, in: value.range.bounds)
      try scanner.enterObject()
      while let name = try scanner.nextName() { members.append(RowField(name, try RowValue(&scanner, &unused))) }
    } catch {
      throw self.error(error)
    }
    return members
  }

  /// The last member of that name.
  func member(_ name: String, of members: [RowField]) -> RowValue? {
    members.last { field in
      field.nameHasEscapes
        ? string(RowValue(kind: .string(hasEscapes: true), range: field.name)) == name
        : input.span.holds(name, at: field.name.bounds)
    }?.value
  }

  func integer(_ value: RowValue) -> Int? {
    guard value.kind == .integer else { return nil }
    return Int(string(value))
  }

  func count(_ name: String, of members: [RowField]) throws(RowError) -> Int {
    guard let value = member(name, of: members) else { return 0 }
    guard let count = integer(value), count >= 0 else {
      throw error(in: value, "'\(name)' is no whole number from 0 on")
    }
    return count
  }

  func text(_ name: String, of members: [RowField]) throws(RowError) -> String? {
    guard let value = member(name, of: members) else { return nil }
    guard case .string = value.kind else { throw error(in: value, "'\(name)' is \(value.kind.words), not a string") }
    return string(value)
  }
}
