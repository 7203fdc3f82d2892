import CEpiKernels
import EpiTestSupport
import Testing

/// The kernels of graphs against their definition, and against each other: every level must give the same.
struct GraphKernelTests {
  private static let levels = KernelTests.levels
  private static let sizes = Array(stride(from: 32, through: 2_112, by: 32)) + [4_096, 65_536]

  @Test func `dot products of bytes are exact`() {
    var generator = SeededGenerator(seed: 1)
    for count in Array(1...2_100) + [65_536] {
      let stride = count + count % 3
      let isExtreme = count % 7 == 0
      let query = (0..<count).map { _ in isExtreme ? Int8.min : Int8.random(in: .min ... .max, using: &generator) }
      let matrix = (0..<(3 * stride)).map { _ in isExtreme ? Int8.min : Int8.random(in: .min ... .max, using: &generator) }
      let rows: [UInt32] = [2, 0, 2, 1]
      let wanted = rows.map { row in (0..<count).reduce(0) { $0 + Int32(query[$1]) * Int32(matrix[Int(row) * stride + $1]) } }
      for level in Self.levels {
        var results = [Int32](repeating: 77, count: 5)
        epi_dot_i8_picked_at(level, query, count, matrix, stride, rows, 4, &results)
        #expect(results == wanted + [77], "\(count), level \(level.rawValue)")
      }
    }
  }

  @Test func `a rotation keeps lengths and angles`() {
    var generator = SeededGenerator(seed: 2)
    for count in Self.sizes {
      let signs = (0..<(4 * count)).map { _ in Bool.random(using: &generator) ? Float(1) : -1 }
      let a = generator.vector(count), b = generator.vector(count)
      func dot(_ x: [Float], _ y: [Float]) -> Double { zip(x, y).reduce(0) { $0 + Double($1.0) * Double($1.1) } }
      func rotated(_ vector: [Float], _ level: epi_level) -> [Float] {
        var result = vector
        epi_rotate_f32_at(level, &result, count, signs)
        return result
      }
      let (x, y) = (rotated(a, EPI_LEVEL_PORTABLE), rotated(b, EPI_LEVEL_PORTABLE))
      let scale = dot(a, a)
      #expect(abs(dot(x, x) - scale) < 1e-5 * scale && abs(dot(x, y) - dot(a, b)) < 1e-5 * scale, "\(count)")
      #expect(x != a)
      for level in Self.levels { #expect(zip(rotated(a, level), x).allSatisfy { $0 == $1 }, "\(count), level \(level.rawValue)") }
    }
  }

  @Test func `an axis is spread over all dimensions by a rotation`() {
    var generator = SeededGenerator(seed: 3)
    for count in [64, 384, 1_536] {
      let signs = (0..<(4 * count)).map { _ in Bool.random(using: &generator) ? Float(1) : -1 }
      var axis = [Float](repeating: 0, count: count)
      axis[count - 1] = 1
      epi_rotate_f32(&axis, count, signs)
      #expect(axis.map(abs).max()! < 6 / Float(count).squareRoot())
    }
  }

  @Test func `codes are the signs of differences`() {
    var generator = SeededGenerator(seed: 4)
    for count in Self.sizes {
      let point = generator.vector(count), centre = generator.vector(count)
      var squares = 0.0, magnitudes = 0.0, signed = 0.0
      for (p, c) in zip(point, centre) {
        let difference = Double(p - c)
        squares += difference * difference
        magnitudes += abs(difference)
        signed += difference > 0 ? Double(c) : -Double(c)
      }
      var first: (bits: [UInt8], sums: epi_code_sums)?
      for level in Self.levels {
        var bits = [UInt8](repeating: 0, count: count / 8)
        var sums = epi_code_sums()
        epi_encode_difference_at(level, point, centre, count, &bits, &sums)
        for index in 0..<count { #expect(bits[index / 8] >> (index % 8) & 1 == (point[index] > centre[index] ? 1 : 0)) }
        #expect(abs(Double(sums.squares) - squares) < 1e-5 * squares)
        #expect(abs(Double(sums.magnitudes) - magnitudes) < 1e-5 * magnitudes)
        #expect(abs(Double(sums.centre) - signed) < 1e-5 * magnitudes)
        if let first {
          #expect(first.sums.squares == sums.squares && first.sums.magnitudes == sums.magnitudes && first.sums.centre == sums.centre)
        } else {
          first = (bits, sums)
        }
      }
    }
  }

  @Test func `a table stands for the sums of its values`() {
    var generator = SeededGenerator(seed: 5)
    for count in Self.sizes {
      let query = generator.vector(count)
      var wanted: [UInt8]?
      for level in Self.levels {
        var table = [UInt8](repeating: 0, count: 4 * count)
        var scale = epi_table_scale()
        epi_code_table_at(level, query, count, &table, &scale)
        #expect(table.max()! <= UInt8(EPI_TABLE_MAXIMUM))
        #expect((wanted ?? table) == table, "\(count), level \(level.rawValue)")
        wanted = table
        let lowest = query.reduce(0) { $0 + Double(min($1, 0)) }
        let total = query.reduce(0) { $0 + Double($1) }
        let magnitudes = query.reduce(0) { $0 + Double(abs($1)) }
        #expect(abs(Double(scale.offset) - (2 * lowest - total)) < 1e-5 + 2e-7 * magnitudes, "\(count)")
        for group in 0..<(count / 4) {
          let four = query[(4 * group)..<(4 * group + 4)]
          let low = four.reduce(0) { $0 + min($1, 0) }
          for number in 0..<16 {
            let sum = four.enumerated().reduce(Float(0)) { number >> $1.offset & 1 == 1 ? $0 + $1.element : $0 }
            #expect(abs(Float(table[group * 16 + number]) * scale.step - (sum - low)) <= 0.51 * scale.step)
          }
        }
      }
    }
    var table = [UInt8](repeating: 9, count: 256)
    var scale = epi_table_scale()
    epi_code_table([Float](repeating: 0, count: 64), 64, &table, &scale)
    #expect(table.allSatisfy { $0 == 0 } && scale.step == 0 && scale.offset == 0)
    epi_code_table([Float](repeating: .nan, count: 64), 64, &table, &scale)
    #expect(table.allSatisfy { $0 <= UInt8(EPI_TABLE_MAXIMUM) })
  }

  /// The largest sums there are, and random ones: for each of 32 codes the entries that it names, one by one.
  @Test func `a scan adds the entries that codes name`() {
    var generator = SeededGenerator(seed: 6)
    for count in Self.sizes {
      let isFull = count % 256 == 0
      let batches = 2
      let table = (0..<(4 * count)).map { _ in isFull ? UInt8(EPI_TABLE_MAXIMUM) : UInt8.random(in: 0...63, using: &generator) }
      let bits = (0..<(32 * batches * count / 8)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      var codes = [UInt8](repeating: 0, count: bits.count)
      for batch in 0..<batches {
        let size = 4 * count
        bits.withUnsafeBufferPointer { bits in
          codes.withUnsafeMutableBufferPointer { epi_interleave_codes(bits.baseAddress! + batch * size, count, $0.baseAddress! + batch * size) }
        }
      }
      let additions = generator.vector(32 * batches), factors = generator.vector(32 * batches)
      var scan = epi_scan(base: 0.25, slope: 0.001, offset: -0.5, limit: 0.3)
      let wanted = (0..<(32 * batches)).map { code in
        let sum = (0..<(count / 4)).reduce(0) { sum, group in
          let byte = bits[code * count / 8 + group / 2]
          return sum + Int(table[group * 16 + Int(group % 2 == 0 ? byte & 15 : byte >> 4)])
        }
        return (additions[code] + 0.25) + factors[code] * (Float(sum) * 0.001 + -0.5)
      }
      for level in Self.levels {
        var estimates = [Float](repeating: 0, count: 32 * batches)
        var near = [UInt32](repeating: 0, count: batches)
        epi_scan_codes_at(level, codes, table, count, batches, additions, factors, &scan, &estimates, &near)
        #expect(estimates == wanted, "\(count), level \(level.rawValue)")
        for code in wanted.indices { #expect((near[code / 32] >> (code % 32) & 1 == 1) == (wanted[code] < 0.3)) }
      }
    }
  }

  @Test func `values below a limit are found in their places`() {
    var generator = SeededGenerator(seed: 7)
    for count in [0, 32, 64, 352] {
      var values = generator.vector(count)
      if count > 32 { (values[3], values[40]) = (.nan, -.infinity) }
      for limit in [-Float.infinity, -0.5, 0.1, .infinity, .nan] {
        let wanted = values.indices.filter { values[$0] < limit }.map { UInt32($0) }
        for level in Self.levels {
          var places = [UInt32](repeating: 0, count: count)
          let found = epi_places_below_at(level, values, count, limit, &places)
          #expect(Array(places[..<found]) == wanted, "\(count) below \(limit), level \(level.rawValue)")
        }
      }
    }
  }
}
