package import EpiBytes
internal import EpiJSON

/// What one update holds, told without integrating it.
package struct UpdateSummary {
  /// Consecutive clocks of one client; a gap between two of them was skipped by the writer.
  struct ClockRange {
    var client: UInt64
    var clock: UInt64
    var end: UInt64
    var structs: Int
  }

  private(set) var ranges: [ClockRange] = []
  private var counts: [ContentKind: Int] = [:]
  private var deleteRanges = 0
  private var deletedClocks: UInt64 = 0
  private let size: Int

  /// Reads an update in `encoding`, which must not be `.auto`.
  /// - Parameter allowance: what of the limit on items is left for this update and those behind it.
  package init(
    _ frame: ByteRange, encoding: UpdateEncoding, of bytes: Span<UInt8>, limits: UpdateLimits, allowance: inout Int
  ) throws(DecodingError) {
    var store = BlockStore()
    var reader = StructReader(itemLimit: limits.items(forBytes: bytes.count), allowance: allowance, depth: limits.depth)
    var decoder = UpdateDecoder(encoding, of: bytes, depth: limits.depth)
    try reader.read(frame, by: &decoder, into: &store, bytes)
    allowance = reader.allowance
    size = Int(frame.count)
    for run in reader.runs where run.count > 0 {
      var end = run.clock
      for index in run.first..<(run.first + run.count) {
        let block = store.blocks[index]
        counts[block.kind, default: 0] += 1
        end = block.end
      }
      ranges.append(ClockRange(client: store.clients.number(run.client), clock: run.clock, end: end, structs: Int(run.count)))
    }
    reader.deletes.normalize()
    deleteRanges = reader.deletes.ranges.count
    for range in reader.deletes.ranges { deletedClocks += range.end - range.clock }
  }

  /// Appends the summary as one JSON object on a line.
  /// - Parameters:
  ///   - number: of the update, from 1.
  ///   - place: where it lies.
  package func append(number: Int, place: String, encoding: UpdateEncoding, to writer: inout ByteWriter) {
    writer.append("{\"update\":")
    writer.append(decimal: number)
    writer.append(",\"at\":")
    JSONWriter.appendString(place, to: &writer)
    writer.append(",\"bytes\":")
    writer.append(decimal: size)
    writer.append(",\"encoding\":\"\(encoding.rawValue)\",\"structs\":[")
    for (index, range) in ranges.enumerated() {
      if index > 0 { writer.append(UInt8(ascii: ",")) }
      writer.append("{\"client\":\(range.client),\"clock\":\(range.clock),\"end\":\(range.end),\"count\":\(range.structs)}")
    }
    writer.append("],\"contents\":{")
    var isFirst = true
    for kind in ContentKind.allCases {
      guard let count = counts[kind] else { continue }
      writer.append("\(isFirst ? "" : ",")\"\(kind)\":\(count)")
      isFirst = false
    }
    writer.append("},\"deletes\":{\"ranges\":\(deleteRanges),\"clocks\":\(deletedClocks)}}\n")
  }
}
