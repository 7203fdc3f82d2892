internal import EpiBytes
internal import EpiSystem

/// What a cell holds of its payload: all, or the beginning and the number of the page where the rest begins.
struct LocalPayload {
  /// Bytes of it in the cell.
  let count: Int
  /// 0: there is none.
  private let overflow: Int

  fileprivate init(local: Int, overflow: Int) { (count, self.overflow) = (local, overflow) }

  /// Appends it to the cell.
  func append(of payload: borrowing ByteWriter, to cell: inout ByteWriter) {
    cell.append(payload.span, in: 0..<count)
    if overflow > 0 { cell.append(bigEndian: overflow, bytes: 4) }
  }
}

extension PageFile {
  /// Bytes of a payload that stay in the cell, at least, if the rest overflows.
  private static let smallestLocal = (pageSize - 12) * 32 / 255 - 23

  /// Appends what overflows of a payload (SQLite's file format, section 1.6).
  /// - Parameter largest: bytes that a cell of this kind holds without overflow.
  func localPart(of payload: borrowing ByteWriter, largest: Int) throws(SystemError) -> LocalPayload {
    guard payload.count > largest else { return LocalPayload(local: payload.count, overflow: 0) }
    let smallest = Self.smallestLocal
    let rest = smallest + (payload.count - smallest) % (Self.pageSize - 4)
    let local = rest <= largest ? rest : smallest
    return LocalPayload(local: local, overflow: try appendOverflow(payload, in: local..<payload.count))
  }
}
