internal import EpiBytes
internal import EpiRows

/// The rows of an older snapshot, met again as rows are read: of one whose vector is the same as well, that of the snapshot serves.
///
/// Rows are looked for in the order of their ids, as the snapshot has them and streams bring them. Of a stream in another order some are not
/// found, and their vectors are made anew, as those are that come before the snapshot is known to be sound.
struct KnownRows {
  let column: FieldName
  let form: VectorForm
  let slots: SnapshotSlots
  private let owner: SharedSnapshot
  private var isSound = false
  private let slotOfRows: [UInt32]
  /// The first row that may be the next.
  private var next = 0

  /// Nil when the snapshot is damaged, or not of one table's column.
  init?(_ owner: SharedSnapshot, column: FieldName) {
    guard owner.snapshot.head.rows > 0, let slotOfRows = try? owner.snapshot.slotOfRows() else { return nil }
    self.owner = owner
    owner.startVerifying()
    self.column = column
    self.slotOfRows = slotOfRows
    form = owner.snapshot.form
    slots = SnapshotSlots(owner)
  }

  /// Looks for the next row.
  /// - Returns: its number in the snapshot; nil when it has none of this id, or it lies before one that was asked for already.
  mutating func find(_ id: Span<UInt8>) -> Int? { Self.find(id, from: &next, in: owner.snapshot) }

  private static func find(_ id: Span<UInt8>, from next: inout Int, in snapshot: borrowing Snapshot) -> Int? {
    let (bytes, ids) = (snapshot.bytes, snapshot.layout.ids)
    while next < snapshot.head.rows, let range = try? ids.range(of: next, in: bytes) {
      let order = ByteOrder.compare(bytes.extracting(range), id)
      if order > 0 { return nil }
      next += 1
      if order == 0 { return next - 1 }
    }
    return nil
  }

  /// The number of a row's vector among the snapshot's, when it was made of this one.
  /// - Parameter hash: XXH64 of the vector as it was given.
  mutating func slot(ofRow row: Int, ifMadeOf hash: UInt64) -> Int? {
    isSound = isSound || owner.isKnownToBeSound
    guard isSound else { return nil }
    return owner.snapshot.vectorHash(ofRow: row) == hash ? Int(slotOfRows[row]) : nil
  }
}
