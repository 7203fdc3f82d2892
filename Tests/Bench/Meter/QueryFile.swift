import EpiBytes
import EpiSystem
import EpiVectors

/// Queries of a file, and how good answers to them are.
enum QueryFile {
  /// - Parameter most: how many are read at most.
  static func read(_ path: String, for snapshot: borrowing Snapshot, most: Int = .max) throws -> QueryBatch {
    var reader = QueryReader()
    _ = try Descriptor.forReading(path).readAll(limit: Limits.bytes, into: &reader.input)
    reader.endOfInput()
    var batch = QueryBatch(metric: snapshot.head.metric, dimensions: snapshot.head.dimensions)
    while batch.count < most, try reader.next() { try batch.append(reader.vector) }
    return batch
  }

  /// The share of the nearest rows that was found.
  static func recall(_ found: [[Match]], _ nearest: [[Match]]) -> Double {
    let hits = zip(found, nearest).reduce(0) { $0 + Set($1.0.map(\.row)).intersection($1.1.map(\.row)).count }
    return Double(hits) / Double(max(1, nearest.reduce(0) { $0 + $1.count }))
  }
}
