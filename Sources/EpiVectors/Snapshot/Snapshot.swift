internal import EpiBytes
internal import EpiJSON
package import EpiSystem

/// A snapshot mapped into memory (epi-snapshot.5), ready to be searched.
///
/// Opening verifies the head, the section table, and that every section lies in the file with the size that the counts ask for;
/// that reads two or three pages. Offsets inside a section are verified when they are used, checksums of sections by
/// `SnapshotCheck`. Whatever the bytes are, reading them gives values or a `SnapshotError`.
package struct Snapshot: ~Copyable {
  let file: MappedFile
  let layout: SnapshotLayout

  package init(mapping file: consuming MappedFile) throws(SnapshotError) {
    layout = try SnapshotLayout(file.bytes)
    self.file = file
  }

  package var head: SnapshotHead { layout.head }
  package var sections: [SnapshotSection] { layout.sections }
  /// What is known of the graph; nil when there is none.
  package var graph: SnapshotGraph? { layout.graph }
}

// MARK: - Rows

extension Snapshot {
  /// All bytes of the file; the ranges below lie in them.
  package var bytes: Span<UInt8> {
    @_lifetime(borrow self)
    borrowing get { file.bytes }
  }

  package var hasStoredFields: Bool { layout.stored != nil }

  /// The id of a row: valid UTF-8.
  package func id(ofRow row: Int) throws(SnapshotError) -> Range<Int> {
    try text(layout.ids, row)
  }

  /// The stored fields of a row, the JSON text of an object; nil when the snapshot has none.
  package func storedFields(ofRow row: Int) throws(SnapshotError) -> Range<Int>? {
    guard let stored = layout.stored else { return nil }
    let range = try text(stored, row)
    guard isObject(range) else { throw SnapshotError(.sectionText(stored.section, item: row)) }
    return range
  }

  /// The name of a table, by its number from 0: valid UTF-8.
  package func name(ofTable table: Int) throws(SnapshotError) -> Range<Int> {
    try text(layout.tableNames, table)
  }

  /// The number of the table that a row belongs to.
  /// - Complexity: O(log(tables))
  package func table(ofRow row: Int) throws(SnapshotError) -> Int {
    var low = 0
    var high = head.tables
    while high - low > 1 {
      let middle = (low + high) / 2
      if firstRow(ofTable: middle) <= UInt64(row) { low = middle } else { high = middle }
    }
    guard firstRow(ofTable: low) <= UInt64(row), UInt64(row) < firstRow(ofTable: low + 1) else {
      throw SnapshotError(.sectionOffsets(SnapshotSection.Name.tables, item: low))
    }
    return low
  }

  /// The first row of a table; for the number of tables, the number of rows.
  func firstRow(ofTable table: Int) -> UInt64 {
    precondition(table >= 0 && table <= head.tables)
    return bytes.littleEndian64(at: layout.tableStarts + table * 8)
  }

  /// XXH64 of the vector of a row as it was given.
  func vectorHash(ofRow row: Int) -> UInt64 {
    precondition(row >= 0 && row < head.rows)
    return bytes.littleEndian64(at: layout.hashes.offset + row * 8)
  }

  /// XXH64 of the text that the vector of a row was made of, 0 when it was given; nil where the snapshot knows of no texts.
  func textHash(ofRow row: Int) -> UInt64? {
    precondition(row >= 0 && row < head.rows)
    return layout.texts.map { bytes.littleEndian64(at: $0.offset + row * 8) }
  }

  /// How the snapshot was made, as far as this version knows.
  func origin() throws(SnapshotError) -> IndexOrigin {
    do {
      return try IndexOrigin(reading: bytes.extracting(try originText()))
    } catch let error as SnapshotError {
      throw error
    } catch {
      throw SnapshotError(.sectionText(layout.origin.name, item: 0))
    }
  }

  /// How the snapshot was made, the JSON text of an object.
  package func originText() throws(SnapshotError) -> Range<Int> {
    guard isObject(layout.origin.range) else { throw SnapshotError(.sectionText(layout.origin.name, item: 0)) }
    return layout.origin.range
  }

  /// Whether a part of the file is a JSON object in one line, which may be printed between other keys.
  private func isObject(_ range: Range<Int>) -> Bool {
    // The scanner counts offsets in 32 bits.
    guard range.count <= Int(UInt32.max), range.allSatisfy({ bytes[$0] >= 0x20 }) else { return false }
    do {
      var scanner = FieldScanner(bytes.extracting(range), in: 0..<range.count)
      try scanner.enterObject()
      while try scanner.nextName() != nil { _ = try scanner.value() }
      try scanner.finish()
      return true
    } catch {
      return false
    }
  }

  private func text(_ strings: SnapshotStrings, _ index: Int) throws(SnapshotError) -> Range<Int> {
    let range = try strings.range(of: index, in: bytes)
    guard UTF8Text.isValid(bytes, in: range) else { throw SnapshotError(.sectionText(strings.section, item: index)) }
    return range
  }
}
