internal import EpiBytes

/// A string of UTF-16 units as a range of UTF-8 bytes.
///
/// A cut through a surrogate pair (a four-byte character) leaves half a character on each side. The range then holds the whole
/// characters only, and `edges` tells what lies before and behind it: one unit each.
struct TextSlice: BitwiseCopyable {
  struct Edges: BitwiseCopyable, Equatable {
    enum Edge: UInt8 {
      /// The range ends with a whole character.
      case whole
      /// Half of the pair whose four bytes lie right beside the range. Two halves that meet again form the character.
      case half
      /// One unit that was half of a pair and is U+FFFD for good.
      case replaced
    }

    var lead = Edge.whole
    var trail = Edge.whole

    /// UTF-16 units that the edges stand for.
    var units: Int { (lead == .whole ? 0 : 1) + (trail == .whole ? 0 : 1) }
    var areWhole: Bool { lead == .whole && trail == .whole }
  }

  var range: ByteRange
  var edges = Edges()
}
