package import EpiBytes
internal import EpiYjs

// How digests are kept between two runs. Nothing but epi-ydecode reads such a file, and what it does not know it refuses.
//
//     "epi-since 1\n"
//     varUint tables, each: varUint length, name, varUint 1 and 8 bytes: hash of its schema; or varUint 0
//     varUint lines, each: varUint table, varUint length, id, 8 bytes: hash of the line
//     8 bytes: XXH64 of everything before
//
// Table 0 is that of the settings; its name is empty. Hashes are little-endian.

extension RowDigests {
  private static let magic = "epi-since 1\n"

  /// Why a file cannot be read as digests.
  package struct FileError: Error {
    package var message: String
  }

  /// Appends everything that is there.
  package mutating func write(to writer: inout ByteWriter) {
    let start = writer.count
    writer.append(Self.magic)
    writer.append(varUint: UInt64(schemas.count))
    for table in schemas.indices {
      let name = names.range(of: UInt32(table))
      writer.append(varUint: UInt64(name.count))
      writer.append(names.span, in: name)
      writer.append(varUint: schemas[table] == nil ? 0 : 1)
      if let schema = schemas[table] { writer.append(lowBytes: 8, of: schema) }
    }
    let present = sorted(lines.indices.filter { lines[$0].pass != 0 })
    writer.append(varUint: UInt64(present.count))
    for line in present {
      let id = idRange(of: line)
      writer.append(varUint: UInt64(lines[line].table))
      writer.append(varUint: UInt64(id.count))
      writer.append(ids.span, in: id)
      writer.append(lowBytes: 8, of: lines[line].hash)
    }
    writer.append(lowBytes: 8, of: ContentHash.of(writer.span, in: start..<writer.count))
  }

  /// Reads what `write(to:)` has written.
  package init(reading bytes: Span<UInt8>) throws(FileError) {
    self.init()
    let body = bytes.count - 8
    guard bytes.equal(Self.magic, in: 0..<min(Self.magic.utf8.count, bytes.count)) else {
      throw FileError(message: "is no file that --since has written")
    }
    guard body >= Self.magic.utf8.count, ContentHash.of(bytes, in: 0..<body) == ByteScan.word(bytes, at: body) else {
      throw FileError(message: "is damaged: its sum does not match")
    }
    do {
      try read(bytes, in: Self.magic.utf8.count..<body)
    } catch {
      throw FileError(message: "is damaged at byte \(error.offset): \(error.message)")
    }
  }

  private mutating func read(_ bytes: Span<UInt8>, in body: Range<Int>) throws(DecodingError) {
    var reader = ByteReader(bytes, in: body)
    let tableCount = try reader.readVarUint()
    for number in 0..<tableCount {
      let name = try reader.readVarBytes()
      let table = table(named: bytes, in: name.bounds)
      guard UInt64(table) == number else { throw DecodingError(.endOfInput, at: Int(name.start)) }
      if try reader.readVarUint() != 0 { _ = noteSchema(try Self.readHash(&reader), of: table) }
    }
    for _ in 0..<(try reader.readVarUint()) {
      let table = try reader.readVarUint()
      let id = try reader.readVarBytes()
      guard table < tableCount else { throw DecodingError(.endOfInput, at: Int(id.start)) }
      _ = note(try Self.readHash(&reader), UInt32(table), id: bytes, in: id.bounds)
    }
  }

  private static func readHash(_ reader: inout ByteReader) throws(DecodingError) -> UInt64 {
    let range = try reader.readRange(count: 8)
    return ByteScan.word(reader.bytes, at: Int(range.start))
  }
}
