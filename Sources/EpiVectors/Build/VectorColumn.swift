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

  /// How one number is kept, when the schema says it.
  var element: ElementType?
  /// Of the form in which the vectors are kept; nil until there is one.
  private(set) var encoder: SlotEncoder?
  var slots = VectorSlots()
  private(set) var hashes: [UInt64] = []
  /// For each vector XXH64 of the text that it was made of, 0 when it was given; empty when there are no texts.
  private(set) var textHashes: [UInt64] = []
  /// Some vectors are made of texts.
  var keepsTexts = false
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

  var form: VectorForm? { encoder?.form }

  /// Settles how vectors are kept.
  /// - Parameter older: those of a snapshot that may be among them.
  func prepare(_ form: VectorForm, older: SnapshotSlots = .empty) {
    encoder = SlotEncoder(form)
    slots = VectorSlots(size: form.slotBytes, older: older)
  }

  /// Takes in a vector; `prepare` must have been called.
  /// - Parameter textHash: that of the text that it was made of; 0 when it was given.
  /// - Returns: its number.
  /// - Throws: when the element type cannot hold it; nothing was taken then.
  func add(_ vector: Span<Float>, hash: UInt64, textHash: UInt64) throws(VectorFault) -> UInt32 {
    try encoder?.encode(vector)
    let slot = encoder?.slot ?? []
    return add(slot: slot.span, hash: hash, textHash: textHash)
  }

  /// Takes in a vector of f64.
  func add(_ vector: [Double], hash: UInt64, textHash: UInt64) -> UInt32 {
    encoder?.encode(vector)
    let slot = encoder?.slot ?? []
    return add(slot: slot.span, hash: hash, textHash: textHash)
  }

  /// Takes in a vector that is in its slot.
  func add(slot: Span<UInt8>, hash: UInt64, textHash: UInt64) -> UInt32 {
    slots.append(slot)
    return note(hash: hash, textHash: textHash)
  }

  /// Takes in a vector of the older snapshot.
  /// - Parameter index: its number there.
  func add(older index: Int, hash: UInt64, textHash: UInt64 = 0) -> UInt32 {
    slots.append(older: index)
    return note(hash: hash, textHash: textHash)
  }

  private func note(hash: UInt64, textHash: UInt64) -> UInt32 {
    hashes.append(hash)
    if keepsTexts { textHashes.append(textHash) }
    return UInt32(hashes.count - 1)
  }

  /// Notes a row that has a vector.
  func append(vector: UInt32, id: Span<UInt8>) {
    vectorOfEntry.append(vector)
    ids.append(id)
  }

  /// Gives a vector to a row that had none.
  func fill(entry: UInt32, with vector: UInt32) { vectorOfEntry[Int(entry)] = vector }

  /// Notes a row without a vector.
  func appendGone(id: Span<UInt8>) {
    vectorOfEntry.append(Self.noVector)
    ids.append(id)
  }

  /// Hands over what was not told yet.
  func takeRejections() -> [RejectedRow] {
    defer { rejections = [] }
    return rejections
  }

  func noteMissing() { missing += 1 }

  func noteRejected() { rejected += 1 }

  /// Forgets the rows that are hidden or gone.
  /// - Parameter places: those that are left, by their ids.
  func compact(_ places: [IndexedRows.Place]) {
    let old = (hashes: hashes, hasStored: stored.count > 0, hasKeys: keys.count > 0)
    var newIDs = ByteStrings()
    var newStored = ByteStrings()
    var newKeys = ByteStrings()
    for place in places {
      newIDs.append(ids.text(Int(place.entry)))
      if old.hasStored { newStored.append(stored.text(Int(place.entry))) }
      if old.hasKeys { newKeys.append(keys.text(Int(place.entry))) }
    }
    hashes = places.map { old.hashes[Int($0.vector)] }
    if keepsTexts {
      let old = textHashes
      textHashes = places.map { old[Int($0.vector)] }
    }
    vectorOfEntry = (0..<UInt32(places.count)).map { $0 }
    slots = Self.extract(places, from: slots)
    ids = newIDs
    stored = newStored
    keys = newKeys
  }

  private static func extract(_ places: [IndexedRows.Place], from slots: borrowing VectorSlots) -> VectorSlots {
    slots.extracting(places.map(\.vector))
  }

  /// Gives up what was read; the field is no candidate any more.
  func drop() {
    slots = VectorSlots()
    encoder = nil
    hashes = []
    textHashes = []
    vectorOfEntry = []
    ids = ByteStrings()
    stored = ByteStrings()
    keys = ByteStrings()
    rejections = []
  }

  /// For messages: 'embeddings.embedding'.
  var title: String { "\(name.table).\(name.field)" }
}
