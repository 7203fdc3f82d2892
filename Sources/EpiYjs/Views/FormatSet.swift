/// The formats in force at one place of a text, each with what is printed for it, sorted by name.
///
/// What is printed of a format's value is made once, when the text sets it: a long value may be printed around every piece of the text.
struct FormatSet {
  struct Format: Equatable {
    /// The key of its name.
    var key: UInt32
    /// Its value as it is printed.
    var text: [UInt8]
  }

  private(set) var formats: [Format] = []

  var isEmpty: Bool { formats.isEmpty }
  var count: Int { formats.count }

  /// Sets a format, or ends it where `text` is nil.
  /// - Complexity: O(log formats) comparisons of names, and moving those behind it.
  mutating func set(_ key: UInt32, to text: [UInt8]?, _ keys: borrowing KeyTable) {
    var low = 0
    var high = formats.count
    while low < high {
      let middle = (low + high) / 2
      if keys.precedes(formats[middle].key, key) { low = middle + 1 } else { high = middle }
    }
    let isKnown = low < formats.count && formats[low].key == key
    if let text {
      if isKnown { formats[low].text = text } else { formats.insert(Format(key: key, text: text), at: low) }
    } else if isKnown {
      formats.remove(at: low)
    }
  }
}
