import CEpiKernels
import EpiTestSupport
import Testing

/// Slots of every element type: what they hold, and that all levels measure them alike.
struct ElementKernelTests {
  private static let scaled = [EPI_F1BIT, EPI_F8, EPI_F16, EPI_BF16]
  private static let levels = [EPI_LEVEL_PORTABLE, EPI_LEVEL_NEON, EPI_LEVEL_AVX2, EPI_LEVEL_AVX512, EPI_LEVEL_AVX512_VNNI, EPI_LEVEL_AVX512_VPOPCNTDQ].filter(epi_level_is_available)

  private func slot(_ values: [Float], _ element: epi_element) -> [UInt8] {
    var slot = [UInt8](repeating: 0, count: values.count * 8 + 128)
    epi_encode(element, values, values.count, &slot)
    return slot
  }

  private func decoded(_ slot: [UInt8], _ element: epi_element, _ count: Int) -> [Float] {
    var values = [Float](repeating: .nan, count: count + 1)
    epi_decode(element, slot, count, &values)
    #expect(values[count].isNaN, "a value beyond the vector was written")
    return Array(values.dropLast())
  }

  /// What a value becomes, by the definition of the type, apart from the factor and shift of f8.
  private func rounded(_ value: Float, _ element: epi_element) -> Float {
    switch element {
    case EPI_F1BIT: value > 0 ? 1 : -1
    case EPI_F16: Float(Float16(value))
    case EPI_BF16: Float(bitPattern: value.bitPattern & 0xffff_0000)
    default: value
    }
  }

  @Test func `values are rounded as their type says`() {
    var generator = SeededGenerator(seed: 1)
    var values = generator.vector(500)
    values += [0, -0.0, 1, -1, 65_519, 0x1p-14, 0x1.ffcp-15, 0x1p-24, 0x1p-25, 0x1.8p-25, -0x1p-26, 0x1.002p0, 0x1.006p0, 1e-7, 3.1e-5]
    for exponent in -26...15 { values.append(Float.random(in: 1..<2, using: &generator) * Float(sign: .plus, exponent: exponent, significand: 1)) }
    for element in [EPI_F32, EPI_F64, EPI_F1BIT, EPI_F16, EPI_BF16] {
      #expect(decoded(slot(values, element), element, values.count) == values.map { rounded($0, element) }, "element \(element.rawValue)")
    }
  }

  @Test(arguments: [1, 2, 15, 16, 17, 100, 384])
  func `bytes divide the way from the least to the greatest value`(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let values = generator.vector(count)
    let (least, greatest) = (values.min()!, values.max()!)
    let step = (greatest - least) / 255
    let slot = slot(values, EPI_F8)
    for (index, value) in values.enumerated() {
      let unit = step > 0 ? (value - least) / step : 0
      #expect(slot[index] == UInt8(min(255, (Double(unit) + 0.5).rounded(.down))))
    }
    for (value, near) in zip(values, decoded(slot, EPI_F8, count)) { #expect(abs(value - near) <= step * 0.501) }
    #expect(decoded(self.slot([3, 3, 3], EPI_F8), EPI_F8, 3) == [3, 3, 3])
  }

  @Test func `every half is the float it stands for, on all levels`() {
    let all = (0...UInt16.max).map { Float16(bitPattern: $0) }
    var matrix = [UInt8](repeating: 0, count: all.count * 64)
    for (row, half) in all.enumerated() {
      (matrix[row * 64], matrix[row * 64 + 1]) = (UInt8(truncatingIfNeeded: half.bitPattern), UInt8(half.bitPattern >> 8))
      // The factor is 1.
      (matrix[row * 64 + 10], matrix[row * 64 + 11]) = (0x80, 0x3f)
    }
    let query = [1] + [Float](repeating: 0, count: 15)
    for level in Self.levels {
      var found = [Float](repeating: 0, count: all.count)
      epi_dot_rows_at(level, EPI_F16, query, 1, matrix, 64, all.count, &found)
      for (half, value) in zip(all, found) where value != Float(half) {
        #expect(half.isNaN && value.isNaN, "level \(level.rawValue): \(half) became \(value)")
      }
    }
  }

  @Test func `all levels agree for all lengths`() {
    var generator = SeededGenerator(seed: 3)
    let a = generator.vector(65_536 + 16)
    let b = generator.vector(65_536)
    for count in Array(1...2_100) + [65_536] {
      let query = Array(a[..<count]) + Array(repeating: 0, count: (16 - count % 16) % 16)
      let values = Array(b[(b.count - count)...])
      for element in Self.scaled + [EPI_F64] {
        let slot = slot(values, element)
        var expected: (Float, Float) = (0, 0)
        epi_dot_rows_at(EPI_LEVEL_PORTABLE, element, query, count, slot, 64, 1, &expected.0)
        epi_squared_l2_rows_at(EPI_LEVEL_PORTABLE, element, query, count, slot, 64, 1, &expected.1)
        if count % 97 == 1 || count > 2_090 { compare(expected, query, decoded(slot, element, count), count, element) }
        for level in Self.levels {
          var found: (Float, Float) = (.nan, .nan)
          epi_dot_rows_at(level, element, query, count, slot, 64, 1, &found.0)
          epi_squared_l2_rows_at(level, element, query, count, slot, 64, 1, &found.1)
          guard found != expected else { continue }
          Issue.record("length \(count), element \(element.rawValue), level \(level.rawValue): \(found), not \(expected)")
        }
      }
    }
  }

  /// Compares sums with those in double precision.
  private func compare(_ found: (Float, Float), _ query: [Float], _ values: [Float], _ count: Int, _ element: epi_element) {
    var (dot, magnitude, square) = (0.0, 0.0, 0.0)
    for (x, y) in zip(query, values) {
      dot += Double(x) * Double(y)
      magnitude += abs(Double(x) * Double(y))
      square += (Double(x) - Double(y)) * (Double(x) - Double(y))
    }
    // f64 decodes to floats, which are a rounding away.
    let unit = (Double(count) / 64 + 12) * 0x1p-24
    #expect(abs(Double(found.0) - dot) <= unit * magnitude + 1e-30, "dot of \(count), element \(element.rawValue)")
    #expect(abs(Double(found.1) - square) <= 3 * unit * square + 1e-30, "squared L2 of \(count), element \(element.rawValue)")
  }

  @Test(arguments: [1, 5, 16, 17, 63, 64, 65, 127, 400])
  func `rows are measured one by one`(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    let query = generator.vector(count) + Array(repeating: 0, count: (16 - count % 16) % 16)
    for element in Self.scaled + [EPI_F32, EPI_F64] {
      let slots = (0..<5).map { _ in slot(generator.vector(count), element) }
      let pitch = slots[0].count
      var results = [Float](repeating: .nan, count: 6)
      epi_squared_l2_rows(element, query, count, slots.flatMap { $0 }, pitch, 5, &results)
      for (row, slot) in slots.enumerated() {
        var one: Float = .nan
        epi_squared_l2_rows(element, query, count, slot, 0, 1, &one)
        #expect(results[row] == one)
      }
      #expect(results[5].isNaN)
    }
  }
}
