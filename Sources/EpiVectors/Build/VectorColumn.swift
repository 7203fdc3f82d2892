internal import EpiBytes
internal import EpiRows

/// A field that holds vectors, or may do so, with what was read of it: one run of numbers, one run of ids, nothing a row.
final class VectorColumn {
  let name: FieldName
  /// The field's name as bytes, to be found in rows.
  let fieldBytes: [UInt8]
  /// Numbers of every vector; nil until it is known.
  var dimensions: Int?
  /// The schema says that the field holds vectors.
  var isDeclared = false

  /// Vectors in the form the metric stores, `dimensions` numbers each.
  private(set) var vectors: [Float] = []
  private(set) var hashes: [UInt64] = []
  /// Rows read, those without a vector too: each hides the earlier ones of its id.
  private(set) var vectorOfEntry: [UInt32] = []
  var ids = ByteStrings()
  /// Stored fields of the rows, when they come from the rows themselves.
  var stored = ByteStrings()
  /// Ids of the joined rows.
  var keys = ByteStrings()

  /// Rows that have no vector: the field is missing or null.
  private(set) var missing = 0
  private(set) var rejected = 0
  /// Rejections that have not been told yet.
  var rejections: [RejectedRow] = []
  /// The row that was last taken or rejected.
  var lastRow = 0

  static let noVector = UInt32.max

  init(name: FieldName, dimensions: Int?) {
    self.name = name
    self.dimensions = dimensions
    fieldBytes = Array(name.field.utf8)
  }

  var accepted: Int { hashes.count }

  /// Most of what the field holds are no vectors of one length.
  var isMostlyRejected: Bool { rejected > accepted }

  func append(vector: [Float], hash: UInt64, id: Span<UInt8>) {
    vectorOfEntry.append(UInt32(hashes.count))
    vectors.append(contentsOf: vector)
    hashes.append(hash)
    ids.append(id)
  }

  /// Notes a row without a vector.
  func appendGone(id: Span<UInt8>) {
    vectorOfEntry.append(Self.noVector)
    ids.append(id)
  }

  func noteMissing() { missing += 1 }

  func noteRejected() { rejected += 1 }

  /// Gives up what was read; the field is no candidate any more.
  func drop() {
    vectors = []
    hashes = []
    vectorOfEntry = []
    ids = ByteStrings()
    stored = ByteStrings()
    keys = ByteStrings()
    rejections = []
  }

  /// For messages: 'embeddings.embedding'.
  var title: String { "\(name.table).\(name.field)" }
}
