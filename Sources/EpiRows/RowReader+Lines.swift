internal import EpiBytes
internal import EpiJSON

extension RowReader {
  /// Reads the current line.
  /// - Returns: nil when it is a control line of a kind not known here, or of a table that is not wanted.
  mutating func readLine() throws(RowError) -> RowEvent? {
    if template.table == table, template.shape == names.shape,
      template.read(line, of: input, id: &id, fields: &fields, numbers: &numbers)
    {
      try openRow()
      return .row
    }
    let line: LineMembers
    do {
      line = try LineMembers(scanning: input, in: self.line.bounds, members: &members, fields: &fields, numbers: &numbers)
    } catch {
      fields.removeAll(keepingCapacity: true)
      throw self.error(error)
    }
    if let version = line.epi { return try readControl(version) }
    if let key = line.key, line.id == nil, line.table == nil { return try readSetting(key, line) }
    return try readRow(line)
  }

  private mutating func readRow(_ line: LineMembers) throws(RowError) -> RowEvent? {
    let isBare: Bool
    if case .missing = line.row { isBare = line.table == nil } else { isBare = false }
    if isBare {
      guard let defaultTable else {
        throw error("the row has no table", hint: "name their table with --table NAME")
      }
      try openRow()
      try setBareID(line.id)
      if tables.isEmpty || table != defaultTableIndex {
        useTable(named: defaultTable)
        defaultTableIndex = table
      }
      guard isSelected[table] else { return nil }
      swap(&members, &fields)
      names.settle(&fields, in: input)
      return .row
    }
    guard let table = line.table else { throw error("the row has no 'table'") }
    guard case .string = table.kind else { throw error(in: table, "'table' is \(table.kind.words), not a string") }
    guard let id = line.id else { throw error("the row has no 'id'", hint: Self.idHint) }
    guard case .string = id.kind else { throw error(in: id, "'id' is \(id.kind.words), not a string", hint: Self.idHint) }
    let isDeleted = try flag(line.deleted)
    switch line.row {
    case .other(let start): throw error(at: start, "'row' is not an object")
    case .object where isDeleted: throw error("the line has both 'row' and 'deleted'")
    case .missing where !isDeleted: throw error("the line has neither 'row' nor 'deleted'")
    default: break
    }
    if isDeleted, mode == .snapshot { throw error("a deleted row in a stream of mode 'snapshot'") }
    try openRow()
    useTable(table)
    guard isSelected[self.table] else { return nil }
    self.id = id
    guard !isDeleted else { return .deletedRow }
    let count = fields.count
    names.settle(&fields, in: input)
    if fields.count == count, members.count == 2 { learnTemplate() }
    return .row
  }

  /// Makes a template of the current row, if the one before had the same table and names: then the next one may have them too.
  private mutating func learnTemplate() {
    if lastRead == (names.shape, table), template.shape != names.shape || template.table != table {
      template.learn(self.line, id: id, fields: fields, in: input, table: table, shape: names.shape)
    }
    lastRead = (names.shape, table)
  }

  private mutating func readSetting(_ key: RowValue, _ line: LineMembers) throws(RowError) -> RowEvent? {
    guard case .string = key.kind else { throw error(in: key, "'kv' is \(key.kind.words), not a string") }
    let isDeleted = try flag(line.deleted)
    guard isDeleted || line.value != nil else { throw error("the setting has neither 'value' nor 'deleted'") }
    guard !isDeleted || line.value == nil else { throw error("the line has both 'value' and 'deleted'") }
    try openRow()
    guard selection.includesSettings else { return nil }
    settingKey = key
    settingValue = line.value
    fields.removeAll(keepingCapacity: true)
    return .setting
  }

  private static var idHint: String { "every row needs a string as its 'id'" }

  private func flag(_ value: RowValue?) throws(RowError) -> Bool {
    switch value?.kind {
    case .true: true
    case .false, nil: false
    case .some(let kind): throw error(in: value, "'deleted' is \(kind.words), not true or false")
    }
  }

  private mutating func setBareID(_ id: RowValue?) throws(RowError) {
    guard let id else { throw error("the row has no 'id'", hint: "every row needs a string or an integer as its 'id'") }
    switch id.kind {
    case .string: self.id = id
    case .integer: self.id = RowValue(kind: .string(hasEscapes: false), range: id.range)
    default:
      throw error(in: id, "'id' is \(id.kind.words), not a string", hint: "every row needs a string or an integer as its 'id'")
    }
  }

  /// A row or a setting belongs to a batch that may have been closed already.
  private mutating func openRow() throws(RowError) {
    hasContent = true
    guard sawEnd else { return }
    guard mode == .changes else {
      throw error("a line after the end of the stream", hint: "read streams that were joined with cat one by one")
    }
    isOpen = true
  }

  // MARK: Tables

  private mutating func useTable(_ name: RowValue) {
    if case .string(hasEscapes: false) = name.kind,
      RowNames.equal(input.span, name.range.bounds, tableName.span, 0..<tableName.count), !tables.isEmpty
    {
      return
    }
    useTable(named: string(name))
  }

  mutating func useTable(named name: String) {
    let key = Array(name.utf8)
    if let known = tableIndex[key] {
      table = known
    } else {
      table = tables.count
      tables.append(name)
      isSelected.append(selection.selects(key.span, in: 0..<key.count))
      tableIndex[key] = table
    }
    tableName.removeAll()
    tableName.append(name)
  }

  /// The text of a `.string`.
  func string(_ value: RowValue) -> String {
    var text = ByteWriter(capacity: 64)
    appendText(of: value, to: &text)
    return UTF8Text.string(text.span, in: 0..<text.count) ?? ""
  }
}

extension RowValue.Kind {
  /// For messages: "a number", "an object".
  var words: String {
    switch self {
    case .null: "null"
    case .true: "true"
    case .false: "false"
    case .integer, .real: "a number"
    case .string: "a string"
    case .array: "an array"
    case .object: "an object"
    case .bytes: "bytes"
    case .floats: "floats"
    }
  }
}
