internal import EpiBytes

/// The first 256 bytes of a snapshot: what it is, before anything else is read.
package struct SnapshotHead: Equatable, Sendable {
  package var kind: SnapshotKind
  package var metric: Metric
  package var element: ElementType
  package var dimensions: Int
  package var rows: Int
  package var tables: Int
  package var sections: Int
  package var fileLength: Int
  /// XXH64 of the rows as they were indexed: tables, ids, vectors as given, stored fields (epi-snapshot.5).
  package var contentHash: UInt64
  /// The name of the model that made the vectors; empty when none was given.
  package var model: String

  /// The form of the vectors.
  package var form: VectorForm { VectorForm(metric: metric, element: element, dimensions: dimensions) }

  /// Where the fields lie.
  private enum Offset {
    static let version = 8, headSize = 10, byteOrder = 12, kind = 16, metric = 17, element = 18
    static let dimensions = 20, rows = 24, sections = 32, tables = 36, fileLength = 40, contentHash = 48
    static let labelLength = 56, label = 60, reserved = 188, checksum = 252
  }

  func encoded() -> ByteWriter {
    var writer = ByteWriter(capacity: SnapshotFormat.headSize)
    writer.append(SnapshotFormat.magic)
    writer.appendLittleEndian(SnapshotFormat.version)
    writer.appendLittleEndian(UInt16(SnapshotFormat.headSize))
    writer.appendLittleEndian(SnapshotFormat.byteOrderMark)
    for byte in [kind.rawValue, metric.rawValue, element.rawValue, 0] { writer.append(byte) }
    writer.appendLittleEndian(UInt32(dimensions))
    writer.appendLittleEndian(UInt64(rows))
    writer.appendLittleEndian(UInt32(sections))
    writer.appendLittleEndian(UInt32(tables))
    writer.appendLittleEndian(UInt64(fileLength))
    writer.appendLittleEndian(contentHash)
    writer.appendLittleEndian(UInt32(model.utf8.count))
    writer.append(model)
    while writer.count < Offset.checksum { writer.append(UInt8(0)) }
    writer.appendLittleEndian(Checksum.crc32c(writer.span))
    return writer
  }

  /// Reads and verifies the head of a file of `bytes.count` bytes.
  init(decoding bytes: Span<UInt8>) throws(SnapshotError) {
    let magic = SnapshotFormat.magic
    guard bytes.count >= magic.count else { throw SnapshotError(.notASnapshot) }
    for index in magic.indices where bytes[index] != magic[index] { throw SnapshotError(.notASnapshot) }
    guard bytes.count >= SnapshotFormat.pageSize else { throw SnapshotError(.cutShort(bytes: bytes.count)) }
    // Order and version come before the checksum: another version may keep it elsewhere.
    guard bytes.littleEndian32(at: Offset.byteOrder) == SnapshotFormat.byteOrderMark else { throw SnapshotError(.byteOrder) }
    let version = bytes.littleEndian16(at: Offset.version)
    guard version == SnapshotFormat.version else { throw SnapshotError(.unsupportedVersion(Int(version))) }
    let head = bytes.extracting(0..<Offset.checksum)
    guard Checksum.crc32c(head) == bytes.littleEndian32(at: Offset.checksum) else { throw SnapshotError(.headChecksum) }

    guard Int(head.littleEndian16(at: Offset.headSize)) == SnapshotFormat.headSize else { throw SnapshotError(.headField("size")) }
    guard let kind = SnapshotKind(rawValue: head[Offset.kind]) else { throw SnapshotError(.unsupported("kind \(head[Offset.kind])")) }
    guard let metric = Metric(rawValue: head[Offset.metric]) else { throw SnapshotError(.unsupported("metric \(head[Offset.metric])")) }
    guard let element = ElementType(rawValue: head[Offset.element]) else {
      throw SnapshotError(.unsupported("element type \(head[Offset.element])"))
    }
    self.kind = kind
    self.metric = metric
    self.element = element
    rows = try Self.integer(head.littleEndian64(at: Offset.rows), 0...SnapshotFormat.maximumRows, "row count")
    // Without a row the number of dimensions may be unknown, and there are no tables.
    let least = min(rows, 1)
    dimensions = try Self.integer(UInt64(head.littleEndian32(at: Offset.dimensions)), least...Normalization.maximumDimensions, "dimensions")
    sections = try Self.integer(UInt64(head.littleEndian32(at: Offset.sections)), 1...SnapshotFormat.maximumSections, "section count")
    tables = try Self.integer(UInt64(head.littleEndian32(at: Offset.tables)), least...rows, "table count")
    fileLength = try Self.integer(head.littleEndian64(at: Offset.fileLength), 0...Int.max, "file length")
    guard fileLength == bytes.count else { throw SnapshotError(.fileLength(found: bytes.count, wanted: fileLength)) }
    contentHash = head.littleEndian64(at: Offset.contentHash)
    let labelLength = try Self.integer(
      UInt64(head.littleEndian32(at: Offset.labelLength)), 0...SnapshotFormat.maximumLabelBytes, "model label")
    let label = head.extracting(Offset.label..<(Offset.label + labelLength))
    guard let text = try? UTF8Span(validating: label) else { throw SnapshotError(.headField("model label")) }
    model = String(copying: text)
    for index in (Offset.label + labelLength)..<Offset.checksum where head[index] != 0 {
      throw SnapshotError(.headField("reserved part"))
    }
  }

  init(
    kind: SnapshotKind, metric: Metric, element: ElementType, dimensions: Int, rows: Int, tables: Int, sections: Int, fileLength: Int,
    contentHash: UInt64, model: String
  ) {
    self.kind = kind
    self.metric = metric
    self.element = element
    self.dimensions = dimensions
    self.rows = rows
    self.tables = tables
    self.sections = sections
    self.fileLength = fileLength
    self.contentHash = contentHash
    self.model = model
  }

  private static func integer(_ value: UInt64, _ range: ClosedRange<Int>, _ name: String) throws(SnapshotError) -> Int {
    guard let number = Int(exactly: value), range.contains(number) else { throw SnapshotError(.headField(name)) }
    return number
  }
}
