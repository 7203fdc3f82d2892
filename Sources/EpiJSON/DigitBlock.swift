internal import EpiBytes

/// Eight bytes of text read as decimal digits at once.
///
/// The value is put together in three multiplications, pairs, then fours, then eight (D. Lemire, "Quickly parsing eight digits",
/// 2018).
struct DigitBlock {
  /// Bytes minus `'0'`, the first in the low bits.
  private let digits: UInt64
  /// How many of the bytes are digits, up to the first that is none: 0 to 8.
  var count: Int

  /// Requires `offset >= 0 && offset + 8 <= bytes.count`.
  @inline(__always)
  init(_ bytes: Span<UInt8>, at offset: Int) {
    digits = ByteScan.word(bytes, at: offset) ^ 0x3030_3030_3030_3030
    // Above 9, adding 0x76 carries into the high bit, or it is there already.
    let others = ((digits & 0x7f7f_7f7f_7f7f_7f7f) &+ 0x7676_7676_7676_7676 | digits) & ByteScan.highs
    count = others.trailingZeroBitCount &>> 3
  }

  /// The value of the first `count` bytes; 0 when there is none.
  @inline(__always)
  var value: UInt64 {
    // Moved up, the digits have zeros before them. In two steps: by 64 places at once nothing would move.
    let moved = (digits &<< 8) &<< (UInt64(truncatingIfNeeded: 7 &- count) &* 8)
    return Self.value(count == 8 ? digits : moved)
  }

  @inline(__always)
  private static func value(_ digits: UInt64) -> UInt64 {
    let pairs = (digits &* 10 &+ (digits &>> 8)) & 0x00ff_00ff_00ff_00ff
    let fours = (pairs &* 100 &+ (pairs &>> 16)) & 0x0000_ffff_0000_ffff
    return (fours &* 10000 &+ (fours &>> 32)) & 0xffff_ffff
  }
}
