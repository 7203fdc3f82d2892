/// The order of ids and names: byte by byte, a shorter one before what it begins.
enum ByteOrder {
  /// Negative when `a` comes first, 0 when both are equal, positive when `b` does.
  /// - Complexity: O(length of the shorter)
  static func compare(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
    let count = min(a.count, b.count)
    var index = 0
    while index < count {
      if a[index] != b[index] { return Int(a[index]) - Int(b[index]) }
      index &+= 1
    }
    return a.count - b.count
  }
}

extension Span where Element == UInt8 {
  /// The bytes as an array.
  func copied() -> [UInt8] {
    [UInt8](capacity: count) { output in
      for index in 0..<count { output.append(self[index]) }
    }
  }
}
