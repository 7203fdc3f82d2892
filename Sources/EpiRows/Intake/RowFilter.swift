package import EpiBytes
internal import EpiJSON

/// Lines of a row stream in, those that fit out: rows that lack fields with defaults get them.
///
/// For whoever writes rows. Each piece of a stream may have a filter of its own: nothing depends on the lines before.
package struct RowFilter: ~Copyable {
  private var reader = RowReader()
  private let file: String
  private var rules: [TableRules] = []
  /// By the bytes of the table's name.
  private var rulesByName: [[UInt8]: Int] = [:]
  /// For each table of the reader, the index of its rules; -1 when nothing is known of it.
  private var rulesOfTable: [Int] = []
  private let settings: TableRules

  /// - Parameters:
  ///   - schema: what is known of the tables and settings.
  ///   - file: what the rows come from, for messages.
  package init(_ schema: WorkspaceSchema, file: String) {
    self.file = file
    for table in schema.tables {
      rulesByName[Array(table.name.utf8)] = rules.count
      rules.append(TableRules(table))
    }
    settings = TableRules(TableSchema(name: "kv", fields: schema.settings))
  }

  /// What is to be told of the schema once.
  package var remarks: [String] { (rules + [settings]).compactMap(\.remark) }

  /// Appends those of `lines`, which are whole, that fit.
  /// - Parameter rejected: gets the others.
  /// - Returns: how many rows fitted.
  package mutating func filter(_ lines: Span<UInt8>, to output: inout ByteWriter, rejected: inout [RejectedRow]) -> Int {
    reader.input.append(lines)
    var rows = 0
    while true {
      do {
        guard let event = try reader.next() else { return rows }
        if let row = fault(in: event) {
          rejected.append(row)
        } else {
          if event == .row { rows += 1 }
          appendLine(event, to: &output)
        }
      } catch {
        var row = RejectedRow(error, of: reader, file: file)
        row.line = nil
        rejected.append(row)
      }
    }
  }

  private mutating func fault(in event: RowEvent) -> RejectedRow? {
    switch event {
    case .row:
      let index = rulesOfCurrentTable()
      guard index >= 0, let fault = rules[index].fault(in: reader) else { return nil }
      return RejectedRow(fault, of: reader, file: file, line: nil)
    case .setting:
      guard let value = reader.settingValue, let fault = settings.fault(ofFieldNamed: reader.settingKey, value: value, in: reader) else { return nil }
      return RejectedRow(setting: fault, of: reader, file: file)
    case .begin, .schema, .deletedRow, .end: return nil
    }
  }

  private mutating func rulesOfCurrentTable() -> Int {
    while rulesOfTable.count <= reader.table {
      rulesOfTable.append(rulesByName[Array(reader.tables[rulesOfTable.count].utf8)] ?? -1)
    }
    return rulesOfTable[reader.table]
  }

  private mutating func appendLine(_ event: RowEvent, to output: inout ByteWriter) {
    if event == .row, case let index = rulesOfCurrentTable(), index >= 0, rules[index].lacksDefaults {
      appendCompleted(rules[index], to: &output)
    } else {
      output.append(reader.input.span, in: reader.line.bounds)
    }
    output.append(UInt8(ascii: "\n"))
  }

  /// Appends the current row with its defaults, fields in the order of the schema, then the others in theirs.
  private func appendCompleted(_ rules: TableRules, to output: inout ByteWriter) {
    output.append("{\"table\":")
    JSONWriter.appendString(rules.schema.name, to: &output)
    output.append(",\"id\":")
    reader.appendJSON(of: reader.id, to: &output)
    output.append(",\"row\":{")
    let start = output.count
    for (rule, place) in rules.completed {
      if output.count > start { output.append(UInt8(ascii: ",")) }
      if let place {
        let field = reader.fields[place]
        reader.appendJSON(of: RowValue(kind: .string(hasEscapes: field.nameHasEscapes), range: field.name), to: &output)
        output.append(UInt8(ascii: ":"))
        reader.appendJSON(of: field.value, to: &output)
      } else {
        JSONWriter.appendString(rules.schema.fields[rule].name, to: &output)
        output.append(UInt8(ascii: ":"))
        output.append(rules.schema.fields[rule].defaultJSON ?? [])
      }
    }
    output.append("}}")
  }
}
