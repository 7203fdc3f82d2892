internal import EpiBytes

/// The rows of a chunk as they are bound to the parameters of their tables' statements.
struct PreparedRows {
  /// Rows of one table that follow each other.
  struct Group {
    var table: Int
    /// Where the values of its first row begin in `values`.
    var first: Int
    var rows = 0
  }

  /// Holds the bytes of the values.
  let chunk: RowSpool.Chunk
  var groups: [Group] = []
  /// Of all rows, one behind the other, one for each column of the row's table.
  var values: [BoundValue] = []
}

/// Makes spooled rows ready to be bound, and hashes them.
struct RowPreparer: ~Copyable {
  private var plans: [TablePlan?] = []
  /// For each table, the values of a row that has no field.
  private var blanks: [[BoundValue]] = []
  private var hash = RowHash()
  /// Of each table, what was made ready.
  private(set) var contents: [TableContent] = []
  /// Values of the chunk before: what room to make.
  private var room = 0

  /// Goes on with more tables: `plans` begins with those there have been.
  /// - Parameter plans: by the number of the table; rows of a table without one are passed over.
  mutating func extend(to plans: [TablePlan?]) {
    blanks += plans[self.plans.count...].map { $0?.columns.map(\.missing) ?? [] }
    contents += repeatElement(TableContent(), count: plans.count - self.plans.count)
    self.plans = plans
  }

  /// The rows of the next chunk; nil when there is none.
  mutating func next(of merge: inout SpoolMerge) throws -> PreparedRows? {
    try merge.next().map { try prepared($0) }
  }

  /// The rows of a chunk.
  mutating func prepared(_ chunk: RowSpool.Chunk) throws(DecodingError) -> PreparedRows {
    var rows = PreparedRows(chunk: chunk)
    rows.values.reserveCapacity(room)
    try prepare(chunk.bytes, into: &rows)
    room = rows.values.count
    return rows
  }

  private mutating func prepare(_ chunk: borrowing ByteWriter, into rows: inout PreparedRows) throws(DecodingError) {
    let bytes = chunk.span
    var reader = ByteReader(bytes, in: bytes.indices)
    var group = PreparedRows.Group(table: -1, first: 0)
    // Kept from row to row: to take it out of the array is to count references.
    var plan: TablePlan?
    while !reader.isAtEnd {
      let row = try SpooledRow(&reader)
      let first = rows.values.count
      if row.table != group.table {
        if group.rows > 0 { rows.groups.append(group) }
        group = PreparedRows.Group(table: row.table, first: first)
        plan = plans[row.table]
      }
      guard !row.isDeleted, let plan else {
        reader.advance(to: row.end)
        continue
      }
      rows.values += blanks[row.table]
      try plan.read(row, &reader, into: &rows.values, at: first)
      contents[row.table].add(hash.of(rows.values.span.extracting(first..<rows.values.count), in: bytes, constants: plan.constants.span))
      group.rows += 1
    }
    if group.rows > 0 { rows.groups.append(group) }
  }
}

extension TablePlan {
  /// Reads the id and the fields of a row into the values of its columns, which hold those of a row without fields.
  /// - Parameter first: where they begin in `values`.
  func read(_ row: SpooledRow, _ reader: inout ByteReader, into values: inout [BoundValue], at first: Int) throws(DecodingError) {
    values[first + keyColumn] = .text(row.id)
    while let field = try SpooledField(&reader) {
      let column = targets[field.column]
      if column < 0 { continue }
      values[first + column] = BoundValue(field.kind, field.payload, in: reader.bytes, form: columns[column].form)
    }
  }
}
