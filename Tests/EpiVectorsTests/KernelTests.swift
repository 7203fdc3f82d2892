import CEpiKernels
import EpiTestSupport
import Foundation
import Testing

/// The C kernels against a sum in Double, and against each other: every level must give the same bits.
struct KernelTests {
  static let levels = [EPI_LEVEL_PORTABLE, EPI_LEVEL_NEON, EPI_LEVEL_AVX2, EPI_LEVEL_AVX512, EPI_LEVEL_AVX512_VNNI, EPI_LEVEL_AVX512_VPOPCNTDQ].filter { epi_level_is_available($0) }
  static let lengths = Array(0...2_100) + [65_536]

  /// What the header promises: (count / 64 + 8) half units of the last place of the sum of magnitudes.
  private static func bound(_ count: Int, magnitude: Double) -> Double { Double(count / 64 + 8) * 0x1p-24 * magnitude }

  @Test func theBestLevelIsAvailableAndNamed() {
    #expect(epi_level_is_available(epi_best_level()))
    #expect(["portable", "neon", "avx2", "avx512", "avx512vnni", "avx512vpopcntdq"].contains(String(cString: epi_level_name(epi_best_level()))))
    #expect(!epi_level_is_available(epi_level(rawValue: 99)))
    #expect(Self.levels.contains(EPI_LEVEL_PORTABLE))
  }

  @Test func allLevelsAgreeForAllLengths() {
    var generator = SeededGenerator(seed: 1)
    let a = generator.vector(65_537)
    let b = generator.vector(65_537)
    for count in Self.lengths {
      // An odd start: nothing may rely on alignment.
      let x = Array(a[1..<(1 + count)])
      let y = b[(b.count - count)...]
      var dot = 0.0, dotMagnitude = 0.0, square = 0.0
      for (p, q) in zip(x, y) {
        dot += Double(p) * Double(q)
        dotMagnitude += abs(Double(p) * Double(q))
        square += (Double(p) - Double(q)) * (Double(p) - Double(q))
      }
      let expectedDot = x.withUnsafeBytes { x in y.withUnsafeBytes { epi_dot_f32_at(EPI_LEVEL_PORTABLE, x.baseAddress, $0.baseAddress, count) } }
      let expectedSquare = x.withUnsafeBytes { x in
        y.withUnsafeBytes { epi_squared_l2_f32_at(EPI_LEVEL_PORTABLE, x.baseAddress, $0.baseAddress, count) }
      }
      #expect(abs(Double(expectedDot) - dot) <= Self.bound(count, magnitude: dotMagnitude), "dot of \(count)")
      // The difference itself is rounded, which adds two half units a term.
      #expect(abs(Double(expectedSquare) - square) <= Self.bound(count + 128, magnitude: square), "squared L2 of \(count)")
      for level in Self.levels {
        let (levelDot, levelSquare) = x.withUnsafeBytes { x in
          y.withUnsafeBytes { y in
            (epi_dot_f32_at(level, x.baseAddress, y.baseAddress, count), epi_squared_l2_f32_at(level, x.baseAddress, y.baseAddress, count))
          }
        }
        #expect(levelDot.bitPattern == expectedDot.bitPattern, "dot of \(count), level \(level.rawValue)")
        #expect(levelSquare.bitPattern == expectedSquare.bitPattern, "squared L2 of \(count), level \(level.rawValue)")
      }
    }
  }

  @Test(arguments: [1, 3, 15, 16, 17, 63, 64, 65, 100, 384, 1_000])
  func rowsEqualPairs(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let rows = 9
    let stride = count + 3  // not a multiple of any register
    let query = generator.vector(count)
    let matrix = generator.vector(rows * stride)
    for level in Self.levels {
      var dots = [Float](repeating: .nan, count: rows + 1)
      var squares = dots
      epi_dot_f32_rows_at(level, query, count, matrix, stride * 4, rows, &dots)
      epi_squared_l2_f32_rows_at(level, query, count, matrix, stride * 4, rows, &squares)
      for row in 0..<rows {
        let values = Array(matrix[(row * stride)..<(row * stride + count)])
        #expect(dots[row] == epi_dot_f32(query, values, count))
        #expect(squares[row] == epi_squared_l2_f32(query, values, count))
      }
      #expect(dots[rows].isNaN && squares[rows].isNaN, "a result beyond the rows was written")
    }
    var best = [Float](repeating: 0, count: rows)
    epi_dot_f32_rows(query, count, matrix, stride * 4, rows, &best)
    #expect(best[0] == epi_dot_f32(query, matrix, count))
    epi_squared_l2_f32_rows(query, count, matrix, stride * 4, rows, &best)
    #expect(best[rows - 1] == epi_squared_l2_f32(query, Array(matrix[((rows - 1) * stride)...]), count))
  }

  @Test func valuesOutsideTheVectorsDoNotCount() {
    // Not-a-number all around: one read beyond an end that entered a sum would show.
    for count in [1, 5, 15, 17, 31, 33, 48, 63, 65, 127] {
      var a = [Float](repeating: .nan, count: count + 128)
      var b = a
      for index in 64..<(64 + count) { (a[index], b[index]) = (1, 3) }
      for level in Self.levels {
        a.withUnsafeBufferPointer { a in
          b.withUnsafeBufferPointer { b in
            #expect(epi_dot_f32_at(level, a.baseAddress! + 64, b.baseAddress! + 64, count) == Float(3 * count))
            #expect(epi_squared_l2_f32_at(level, a.baseAddress! + 64, b.baseAddress! + 64, count) == Float(4 * count))
          }
        }
      }
    }
  }

  @Test func `all levels count the bits that differ`() {
    var generator = SeededGenerator(seed: 5)
    let (a, b) = (generator.bytes(8_193), generator.bytes(8_193))
    for count in Array(0...300) + [8_192] {
      // An odd start, and the ends one behind the other.
      let (x, y) = (Array(a[1..<(1 + count)]), Array(b[(b.count - count)...]))
      let expected = zip(x, y).reduce(0) { $0 + ($1.0 ^ $1.1).nonzeroBitCount }
      for level in Self.levels { #expect(epi_differing_bits_at(level, x, y, count) == expected, "\(count) bytes at \(level)") }
    }
  }

  @Test func `all levels decode base64 as far as it goes`() throws {
    var generator = SeededGenerator(seed: 6)
    let bytes = generator.bytes(1_575)
    for count in 0...525 {
      let text = Array(Data(bytes[..<(3 * count)]).base64EncodedString().utf8)
      for level in Self.levels {
        let (decoded, output) = decode(text, level)
        #expect(decoded % 4 == 0 && decoded <= text.count && (level == EPI_LEVEL_PORTABLE || decoded + 64 > text.count))
        #expect(output[..<(decoded / 4 * 3)].elementsEqual(bytes[..<(decoded / 4 * 3)]))
      }
    }
    // Every character that is none of the alphabet, at every place of a block, ends it there.
    let alphabet = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/".utf8)
    let text = Array(Data(bytes[..<192]).base64EncodedString().utf8)
    for level in Self.levels where level != EPI_LEVEL_PORTABLE {
      for character in UInt8.min...UInt8.max {
        for place in 64..<128 {
          var changed = text
          changed[place] = character
          let decoded = decode(changed, level).count
          if alphabet.contains(character) { #expect(decoded == text.count) } else { #expect(decoded <= place && decoded + 64 > place) }
        }
      }
    }
  }

  /// What a level decodes; nothing is written behind the room that it asks for.
  private func decode(_ text: [UInt8], _ level: epi_level) -> (count: Int, bytes: [UInt8]) {
    let room = text.count / 4 * 3 + 8
    var output = [UInt8](repeating: 0xa5, count: room + 64)
    let count = epi_base64_decode_at(level, text, text.count, &output)
    #expect(output[room...].allSatisfy { $0 == 0xa5 })
    return (count, output)
  }

  @Test func `all levels know plain text by blocks`() {
    var generator = SeededGenerator(seed: 7)
    let text = (0..<400).map { _ in [UInt8.random(in: 0x20...0x21, using: &generator), .random(in: 0x23...0x5b, using: &generator), .random(in: 0x5d...0x7f, using: &generator)].randomElement(using: &generator)! }
    for level in Self.levels where level != EPI_LEVEL_PORTABLE {
      for count in 0...text.count { #expect(plain(Array(text[..<count]), level) == (count & ~63, false)) }
      for place in 100..<230 {
        for byte in UInt8.min...UInt8.max {
          var changed = text
          changed[place] = byte
          let ends = byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\")
          #expect(plain(changed, level) == (ends ? place & ~63 : text.count & ~63, byte >= 0x80))
        }
      }
    }
    #expect(plain(text, EPI_LEVEL_PORTABLE) == (0, false))
  }

  private func plain(_ text: [UInt8], _ level: epi_level) -> (Int, Bool) {
    var seen: UInt8 = 0
    let count = epi_plain_text_at(level, text, text.count, &seen)
    return (count, seen & 0x80 != 0)
  }
}
