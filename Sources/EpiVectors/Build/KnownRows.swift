internal import EpiBytes
internal import EpiRows

/// The rows of an older snapshot, met again as rows are read: of one whose vector is the same as well, that of the snapshot serves.
///
/// Rows are looked for in the order of their ids, as the snapshot has them and streams bring them. Of a stream in another order some are not
/// found, and their vectors are made anew, as those are that come before the snapshot is known to be sound.
struct KnownRows: ~Copyable {
  let form: VectorForm
  let slots: SnapshotSlots
  private let column: FieldName
  private let owner: SharedSnapshot
  private var isSound = false
  // Of each row; asked once a row that is read, which asking the snapshot itself would not be cheap enough for.
  private var ids = ByteStrings()
  private var hashes: [UInt64] = []
  private let slotOfRows: [UInt32]
  /// The first row that may be the next.
  private var next = 0
  /// The column whose name was found to be the snapshot's.
  private var matched: ObjectIdentifier?

  /// Nil when the snapshot is damaged, or not of one table's column.
  /// - Complexity: O(rows)
  init?(_ owner: SharedSnapshot, column: FieldName) {
    guard owner.snapshot.head.rows > 0, let slotOfRows = try? owner.snapshot.slotOfRows() else { return nil }
    owner.startVerifying()
    guard (try? Self.read(owner.snapshot, &ids, &hashes)) != nil else { return nil }
    self.owner = owner
    self.column = column
    self.slotOfRows = slotOfRows
    form = owner.snapshot.form
    slots = SnapshotSlots(owner)
  }

  private static func read(_ snapshot: borrowing Snapshot, _ ids: inout ByteStrings, _ hashes: inout [UInt64]) throws(SnapshotError) {
    let bytes = snapshot.bytes
    hashes.reserveCapacity(snapshot.head.rows)
    for row in 0..<snapshot.head.rows {
      ids.append(bytes.extracting(try snapshot.layout.ids.range(of: row, in: bytes)))
      hashes.append(snapshot.vectorHash(ofRow: row))
    }
  }

  /// Whether the snapshot was made of this column.
  func holds(_ column: VectorColumn) -> Bool { self.column == column.name }

  /// Looks for the next row of a column.
  mutating func match(_ id: Span<UInt8>, of column: VectorColumn) -> IndexBuilder.RowMatch {
    if matched != ObjectIdentifier(column) {
      guard holds(column) else { return .none }
      matched = ObjectIdentifier(column)
    }
    while next < ids.count {
      let order = ByteOrder.compare(ids.text(next), id)
      // It has none of this id, or that lies before one that was asked for already.
      if order > 0 { break }
      next += 1
      if order == 0 { return .known(next - 1) }
    }
    return .unknown
  }

  /// The number of a row's vector among the snapshot's, when it was made of this one.
  /// - Parameter hash: XXH64 of the vector as it was given.
  mutating func slot(ofRow row: Int, ifMadeOf hash: UInt64) -> Int? {
    isSound = isSound || owner.isKnownToBeSound
    guard isSound else { return nil }
    return hashes[row] == hash ? Int(slotOfRows[row]) : nil
  }
}
