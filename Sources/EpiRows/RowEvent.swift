/// What one line of a row stream says. As small as can be: nearly all say `row`.
package enum RowEvent: Equatable, Sendable {
  /// `{"epi":1,"begin":{"mode":…}}`: the stream promises an `end`.
  indirect case begin(StreamBegin)
  /// A table's schema.
  indirect case schema(TableSchema)
  /// A row; `RowReader.table`, `id` and `fields` hold it until the next call.
  case row
  /// A row that is gone; `RowReader.table` and `id` name it.
  case deletedRow
  /// A workspace setting, or its removal.
  case setting
  /// `{"epi":1,"end":{…}}`: the batch is complete.
  indirect case end(StreamEnd)
}

package enum StreamMode: String, Equatable, Sendable {
  case snapshot
  case changes
}

/// What a `begin` line tells of the stream it opens.
package struct StreamBegin: Equatable, Sendable {
  package var mode: StreamMode
  /// The hash that the `end` line before had, of the state that the first batch of changes continues from; nil when that batch holds
  /// the whole state.
  package var since: String?

  package init(_ mode: StreamMode, since: String? = nil) {
    self.mode = mode
    self.since = since
  }
}

/// What an `end` line tells of the batch it closes.
package struct StreamEnd: Equatable, Sendable {
  package var rows: Int
  /// Rows of the batch that are gone; nil in a snapshot.
  package var deleted: Int?
  package var tables: Int
  /// Structs and delete ranges of the document that still wait for others.
  package var pending: Int
  package var state: String?
  package var hash: String?

  package init(rows: Int = 0, deleted: Int? = nil, tables: Int = 0, pending: Int = 0, state: String? = nil, hash: String? = nil) {
    self.rows = rows
    self.deleted = deleted
    self.tables = tables
    self.pending = pending
    self.state = state
    self.hash = hash
  }
}
