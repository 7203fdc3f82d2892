/// The well-formed byte sequences of Unicode (table 3-7) as a finite automaton, one step a byte and no branch in it.
///
/// A state is a shift count, 0, 6, 12 … 48. The table gives for each byte one word that holds, at every state's place, the state
/// that follows; so the only thing a step waits for is one shift (P. Vognsen, "Shift-based DFAs", 2021).
enum UTF8Automaton {
  /// Between characters.
  static let start: UInt64 = 0

  private static let reject = 6
  /// One, two or three continuation bytes are to come.
  private static let one = 12, two = 18, three = 24
  /// After e0 (no overlong forms), ed (no surrogates), f0 (no overlong forms), f4 (nothing beyond U+10FFFF).
  private static let afterE0 = 30, afterED = 36, afterF0 = 42, afterF4 = 48

  private static let table: InlineArray<256, UInt64> = {
    var table = InlineArray<256, UInt64>(repeating: 0)
    for byte in 0..<256 {
      var word: UInt64 = 0
      for state in stride(from: 0, through: afterF4, by: 6) { word |= UInt64(next(state, byte)) << UInt64(state) }
      table[byte] = word
    }
    return table
  }()

  private static func next(_ state: Int, _ byte: Int) -> Int {
    switch (state, byte) {
    case (0, 0x00...0x7f): 0
    case (0, 0xc2...0xdf): one
    case (0, 0xe0): afterE0
    case (0, 0xed): afterED
    case (0, 0xe1...0xef): two
    case (0, 0xf0): afterF0
    case (0, 0xf1...0xf3): three
    case (0, 0xf4): afterF4
    case (one, 0x80...0xbf): 0
    case (two, 0x80...0xbf), (afterE0, 0xa0...0xbf), (afterED, 0x80...0x9f): one
    case (three, 0x80...0xbf), (afterF0, 0x90...0xbf), (afterF4, 0x80...0x8f): two
    default: reject
    }
  }

  /// Only the low six bits of a state mean something.
  @inline(__always)
  static func step(_ state: UInt64, _ byte: UInt8) -> UInt64 { table[Int(byte)] &>> state }

  @inline(__always)
  static func isAccepting(_ state: UInt64) -> Bool { state & 63 == start }
}
