internal import EpiBytes

/// Rows with their vectors, ready to be written to a snapshot: sorted by id, each id once. All are of one table.
///
/// Nothing is moved when rows are sorted: `places` holds the order, and each place points at what belongs to its row.
package struct IndexedRows: ~Copyable {
  /// Where the parts of a row lie.
  struct Place {
    /// Number of the row among those read, in `ids`.
    var entry: UInt32
    /// Number of the vector in `slots` and `hashes`.
    var vector: UInt32
    /// Number in `stored`; nil when the row has no stored fields.
    var stored: UInt32?
  }

  package let form: VectorForm
  package let table: String
  /// The vectors.
  let slots: VectorSlots
  /// XXH64 of each vector as it was given.
  let hashes: [UInt64]
  /// XXH64 of the text that each vector was made of, 0 for those that were given; empty when there are no texts.
  let textHashes: [UInt64]
  let ids: ByteStrings
  /// Stored fields as JSON objects.
  let stored: ByteStrings
  let hasStoredFields: Bool
  let places: [Place]
  /// How the index was made, the JSON text of an object.
  let origin: [UInt8]
  package let summary: IndexSummary

  package var count: Int { places.count }
  package var dimensions: Int { form.dimensions }
}

// MARK: - The rows in their order

extension IndexedRows {
  @_lifetime(borrow self)
  borrowing func id(_ index: Int) -> Span<UInt8> { ids.text(Int(places[index].entry)) }

  /// The slot of a row's vector.
  @_lifetime(borrow self)
  borrowing func slot(_ index: Int) -> Span<UInt8> { slots.slot(Int(places[index].vector)) }

  /// Where the slot of a row's vector lies.
  func slotPlace(_ index: Int) -> VectorSlots.Place { slots.place(Int(places[index].vector)) }

  func textHash(_ index: Int) -> UInt64 { textHashes[Int(places[index].vector)] }

  func hash(_ index: Int) -> UInt64 { hashes[Int(places[index].vector)] }

  /// XXH64 of the slot of a row's vector.
  func slotHash(_ index: Int) -> UInt64 { slots.hash(Int(places[index].vector)) }

  /// The row's stored fields, or nil when it has none.
  @_lifetime(borrow self)
  borrowing func storedFields(_ index: Int) -> Span<UInt8>? {
    guard let entry = places[index].stored else { return nil }
    return stored.text(Int(entry))
  }
}
