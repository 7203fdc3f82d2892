internal import EpiBytes
internal import EpiRows

/// From what the schema says and the rows have shown to columns.
extension TablePlan {
  /// - Parameters:
  ///   - name: the table's name in the database.
  ///   - placeOf: `FILE:LINE` of a row.
  ///   - report: takes a warning for each column where rows and schema disagree.
  init(
    _ scan: TableScan, named name: String, placeOf: (RowPlace) -> String, report: (MaterializerWarning) -> Void
  ) throws(MaterializerError) {
    var constants = ByteWriter(capacity: 0)
    let defaults = try Self.defaults(of: scan, into: &constants)
    let names = SQLNames.distinct(scan.columns)
    var columns: [ColumnPlan] = []
    var targets: [Int] = []
    var keyColumn = 0
    let isStrict = scan.choices.isStrict
    for (index, given) in scan.columns.enumerated() {
      if let objection = SQLNames.objection(to: given, isTable: false) {
        throw .input(
          place: nil, message: "a field of table '\(scan.name)' \(objection)", hint: "rename the field, or leave it out with jq")
      }
      if names[index] != given {
        report(
          MaterializerWarning(
            kind: .renamed, place: nil,
            message: "field '\(given)' of '\(scan.name)' differs from another in case only; its column is '\(names[index])'"))
      }
      let tally = scan.tallies[index]
      guard index == scan.keyColumn || !scan.isLeftOut(index) else {
        targets.append(-1)
        continue
      }
      var column: ColumnPlan
      if index == scan.keyColumn {
        column = ColumnPlan(field: given, name: names[index], type: .text, form: .text, isKey: true)
        keyColumn = columns.count
      } else if let field = scan.definitions[index] {
        column = ColumnPlan(field: given, name: names[index], type: field.type.columnType, form: field.type.valueForm)
        if field.type == .vector, scan.choices.vectors == .f32 {
          column.form = .vector
          // Where no row says how long its vectors are, no F32_BLOB(n) can be declared.
          column.type = tally.dimensions.map { .vector(dimensions: $0) } ?? .blob
        }
        if let value = defaults[index] {
          column.missing = BoundValue(value.kind, value.payload, in: constants.span, form: column.form, isConstant: true)
          column.defaultSQL = Self.literal(column.missing, constants: constants.span)
          column.type = column.type.holding(KindSet(value.kind), isStrict: isStrict)
        }
        Self.fit(&column, of: field, to: tally, in: scan, placeOf: placeOf, report: report)
      } else {
        let inferred = tally.kinds.inferred(dimensions: tally.dimensions)
        column = ColumnPlan(field: given, name: names[index], type: inferred.type.holding(tally.kinds, isStrict: isStrict), form: inferred.form)
        if scan.schema == nil, tally.kinds.isMixed {
          report(
            MaterializerWarning(
              kind: .mixedTypes, place: nil,
              message: "'\(given)' of '\(scan.name)' has values of several types (\(tally.kinds.subtracting(.null).names)); "
                + "its column is \(column.type.declaration(isStrict: isStrict)), where all but strings and bytes are JSON"))
        }
        if scan.schema != nil, tally.present > 0 {
          report(
            MaterializerWarning(
              kind: .unknownField, place: nil,
              message: "the schema of '\(scan.name)' does not name '\(given)', which \(scan.share(tally.present)); "
                + "added as a column of type \(inferred.type.declaration(isStrict: false))"))
        }
      }
      column.definition = scan.definitions[index]?.type
      column.kinds = tally.kinds
      targets.append(columns.count)
      columns.append(column)
    }
    self.init(
      name: name, columns: columns, targets: targets, keyColumn: keyColumn, isStrict: isStrict,
      constants: constants.span.indices.map { constants.span[$0] })
  }

  /// What the rows mean for a column that the schema describes: nothing is refused and nothing lost, so where the two disagree
  /// the column gives way, and a warning says so.
  private static func fit(
    _ column: inout ColumnPlan, of field: FieldDefinition, to tally: ColumnTally, in scan: TableScan,
    placeOf: (RowPlace) -> String, report: (MaterializerWarning) -> Void
  ) {
    // A row that lacks the field has the default; one whose field is null has null, as its author wrote.
    let lacking = tally.nulls + (column.missing == .null ? scan.rows - tally.present : 0)
    column.isNotNull = !field.isNullable && lacking == 0 && !tally.wasLacking
    if !field.isNullable, lacking > 0 {
      report(
        MaterializerWarning(
          kind: .missingValue, place: nil,
          message: "'\(field.name)' of '\(scan.name)' is not nullable, but \(scan.share(lacking)) no value; "
            + "the column is declared nullable"))
    }
    column.type = column.type.holding(tally.kinds, isStrict: scan.choices.isStrict)
    if tally.misfits > 0 {
      let rest = column.type == .untyped ? ", and the column is declared without a type" : ""
      report(
        MaterializerWarning(
          kind: .otherType, place: placeOf(tally.firstMisfit),
          message: "'\(field.name)' of '\(scan.name)' is of type \(field.type.rawValue), but \(scan.share(tally.misfits)) "
            + "a value of another kind, this one first; it is stored as it is\(rest)"))
    }
  }

  /// The default values, read as the fields of a row so that they are treated like any value; by column.
  private static func defaults(
    of scan: TableScan, into constants: inout ByteWriter
  ) throws(MaterializerError) -> [Int: (kind: ValueKind, payload: ByteRange)] {
    var reader = RowReader()
    reader.input.append("{\"table\":\"\",\"id\":\"\",\"row\":{")
    var columns: [Int] = []
    for column in scan.columns.indices {
      guard column != scan.keyColumn, let json = scan.definitions[column]?.defaultJSON else { continue }
      if !columns.isEmpty { reader.input.append(UInt8(ascii: ",")) }
      reader.input.append("\"\(column)\":")
      reader.input.append(json)
      columns.append(column)
    }
    guard !columns.isEmpty else { return [:] }
    reader.input.append("}}\n")
    reader.endOfInput()
    do {
      guard try reader.next() == .row, reader.fields.count == columns.count else {
        throw RowError(line: 0, "a default is not a JSON value")
      }
      var values: [Int: (kind: ValueKind, payload: ByteRange)] = [:]
      var recorder = ValueRecorder()
      for (column, field) in zip(columns, reader.fields) {
        let start = constants.count
        var dimensions = scan.tallies[column].dimensions
        _ = try recorder.append(field.value, of: reader, as: scan.tallies[column].spooling, dimensions: &dimensions, to: &constants)
        var spooled = ByteReader(constants.span, in: start..<constants.count)
        values[column] = try SpooledField.value(&spooled)
      }
      return values
    } catch let error as RowError {
      throw .input(place: nil, message: "a default in the schema of table '\(scan.name)' cannot be read: \(error.message)", hint: nil)
    } catch {
      throw .fault(message: "a default was not spooled as it was read")
    }
  }

  /// A bound default as SQL text; nil for NULL, which is what no default means.
  private static func literal(_ value: BoundValue, constants: Span<UInt8>) -> String? {
    switch value {
    case .null: nil
    case .integer(let value): String(value)
    case .real(let value): String(value)
    case .boolean(let value): "'\(value)'"
    case .constantText(let range), .text(let range): SQLText.literal(text: constants.extracting(range.bounds))
    case .constantBlob(let range), .blob(let range): SQLText.literal(blob: constants.extracting(range.bounds))
    }
  }
}

extension TableScan {
  /// Vectors that are not wanted have no column.
  fileprivate func isLeftOut(_ column: Int) -> Bool {
    tallies[column].spooling == .nothing || choices.vectors == .none && tallies[column].kinds.subtracting(.null) == KindSet(.floats)
  }

  /// "3 of 20 rows have", for messages.
  fileprivate func share(_ count: Int) -> String {
    "\(count) of \(rows) \(rows == 1 ? "row" : "rows") \(count == 1 ? "has" : "have")"
  }
}
