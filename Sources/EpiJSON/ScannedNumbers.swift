/// The arrays of numbers that a scan has come across, read to be checked and therefore kept.
package struct ScannedNumbers: Sendable {
  /// The numbers of all arrays, one after the other.
  package private(set) var floats: [Float] = []
  /// In the order of the text.
  private var arrays: [(start: Int, numbers: Range<Int>)] = []

  /// More numbers than this are not kept; a vector has some thousands at most.
  private static let capacity = 1 << 20

  package init() {}

  package mutating func removeAll() {
    guard !arrays.isEmpty else { return }
    floats.removeAll(keepingCapacity: true)
    arrays.removeAll(keepingCapacity: true)
  }

  /// The numbers of the array that begins at `start`, as a range of `floats`; nil when they were not kept.
  /// - Complexity: O(log arrays)
  package func range(ofArrayAt start: Int) -> Range<Int>? {
    var low = 0
    var high = arrays.count
    while low < high {
      let middle = (low + high) / 2
      if arrays[middle].start < start { low = middle + 1 } else { high = middle }
    }
    return low < arrays.count && arrays[low].start == start ? arrays[low].numbers : nil
  }

  /// Reads the array at `start` if it holds nothing but numbers within Float.
  /// - Returns: the offset after it; nil when it is another array, or one too many.
  /// - Throws: `JSONError` when a number or what stands between numbers is malformed.
  mutating func read(_ bytes: Span<UInt8>, at start: Int, end: Int) throws(JSONError) -> Int? {
    guard floats.count < Self.capacity, end - start > 2, bytes[start + 1] <= UInt8(ascii: "9"), bytes[start + 1] != UInt8(ascii: "\"") else {
      return nil
    }
    let first = floats.count
    do {
      let next = try NumberArrayReader.read(bytes, at: start, end: end, to: &floats)
      arrays.append((start, first..<floats.count))
      return next
    } catch {
      floats.removeLast(floats.count - first)
      if error.code == .expectedNumber || error.code == .numberBeyondFloat { return nil }
      throw error
    }
  }
}
