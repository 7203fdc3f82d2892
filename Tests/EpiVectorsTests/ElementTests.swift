import EpiBytes
import EpiTestSupport
import EpiVectors
import Foundation
import Testing

/// The element types against what libSQL gives for the same numbers (Tests/Fixtures/vector-sql).
struct ElementTests {
  private static let constructors: [String: ElementType] = [
    "vector": .float32, "vector32": .float32, "vector64": .float64, "vector16": .float16, "vectorb16": .floatb16, "vector8": .float8,
    "vector1bit": .float1bit,
  ]

  /// `SELECT call` and its one value, of all cases of a file.
  private func calls(_ file: String) throws -> [(call: String, value: [String: Any])] {
    let cases = try JSONSerialization.jsonObject(with: Data(Fixtures.bytes("vector-sql/\(file).json"))) as? [[String: Any]] ?? []
    return cases.flatMap { $0["steps"] as? [[String: Any]] ?? [] }.compactMap { step in
      guard let sql = step["sql"] as? String, sql.hasPrefix("SELECT "), let rows = step["rows"] as? [[[String: Any]]],
        rows.count == 1, rows[0].count == 1
      else { return nil }
      return (String(sql.dropFirst("SELECT ".count)), rows[0][0])
    }
  }

  /// The blob that a call such as `vector8(vector('[1,2]'))` makes; nil for other expressions.
  private func blob(_ call: String) throws -> [UInt8]? {
    if call.hasPrefix("x'"), call.hasSuffix("'") {
      let digits = Array(call.dropFirst(2).dropLast())
      guard digits.count % 2 == 0 else { return nil }
      return stride(from: 0, to: digits.count, by: 2).compactMap { UInt8(String(digits[$0...($0 + 1)]), radix: 16) }
    }
    guard call.hasSuffix(")"), let open = call.firstIndex(of: "("), let type = Self.constructors[String(call[..<open])] else { return nil }
    let argument = String(call[call.index(after: open)...].dropLast())
    if argument.hasPrefix("'["), argument.hasSuffix("]'") {
      let parts = argument.dropFirst(2).dropLast(2).split(separator: ",")
      let numbers = parts.compactMap { Double($0) }
      guard numbers.count == parts.count else { return nil }
      return type == .float64 ? blob(of: numbers, type) : blob(of: numbers.map { Float($0) }, type)
    }
    guard let source = try blob(argument) else { return nil }
    let form = try VectorBlob(source.span)
    var (floats, doubles): ([Float], [Double]) = ([], [])
    form.appendFloats(from: source.span, to: &floats)
    form.appendDoubles(from: source.span, to: &doubles)
    return form.type == .float64 ? blob(of: doubles, type) : blob(of: floats, type)
  }

  private func blob(of numbers: [Float], _ type: ElementType) -> [UInt8] {
    var made = ByteWriter(capacity: 64)
    VectorBlob.append(numbers.span, as: type, to: &made)
    return (0..<made.count).map { made.span[$0] }
  }

  private func blob(of numbers: [Double], _ type: ElementType) -> [UInt8] {
    var made = ByteWriter(capacity: 64)
    VectorBlob.append(numbers.span, as: type, to: &made)
    return (0..<made.count).map { made.span[$0] }
  }

  private func hexadecimal(_ bytes: [UInt8]) -> String { bytes.map { String(format: "%02x", $0) }.joined() }

  @Test(arguments: [("construct", 30), ("blob", 30), ("text", 1)])
  func blobsAreThoseOfLibSQL(file: String, atLeast: Int) throws {
    var checked = 0
    for (call, value) in try calls(file) {
      guard let wanted = value["blob"] as? String, let made = try blob(call) else { continue }
      #expect(hexadecimal(made) == wanted, "\(call)")
      let form = try VectorBlob(made.span)
      #expect(made.count == form.type.blobCount(dimensions: form.dimensions), "\(call)")
      checked += 1
    }
    #expect(checked >= atLeast)
  }

  @Test func distancesAreThoseOfLibSQL() throws {
    var checked = 0
    for (call, value) in try calls("distance") {
      for (name, metric) in [("vector_distance_cos(", Metric.cosine), ("vector_distance_l2(", .l2)] where call.hasPrefix(name) {
        guard let comma = call.range(of: "), ") else { continue }
        guard let a = try blob(String(call[call.index(call.startIndex, offsetBy: name.count)..<comma.lowerBound] + ")")),
          let b = try blob(String(call[comma.upperBound...].dropLast())), let wanted = value["real"] as? Double
        else { continue }
        let found = BlobDistance.distance(try VectorBlob(a.span), in: a.span, try VectorBlob(b.span), in: b.span, metric: metric)
        let distance = try #require(found, "\(call)")
        #expect(abs(Double(distance) - wanted) <= value["tol"] as? Double ?? 0, "\(call)")
        checked += 1
      }
    }
    #expect(checked >= 37)
  }

  @Test func dotIsTheNegativeProduct() throws {
    for (type, wanted) in [ElementType.float32: Float(-11), .float64: -11, .float16: -11, .floatb16: -11, .float1bit: -2] {
      let a = blob(of: [1, 2, -1, 0] as [Float], type)
      let b = blob(of: [3, 4, 0, 5] as [Float], type)
      #expect(BlobDistance.distance(try VectorBlob(a.span), in: a.span, try VectorBlob(b.span), in: b.span, metric: .dot) == wanted, "\(type)")
    }
  }

  @Test func whatIsNotToBeMeasuredHasNoDistance() throws {
    for values in [[0, 0], [.nan, 1], [.infinity, 1], [1e-30, 1e-30]] as [[Float]] {
      let blob = values.flatMap { value in withUnsafeBytes(of: value.bitPattern.littleEndian, Array.init) }
      let form = try VectorBlob(blob.span)
      #expect(BlobDistance.distance(form, in: blob.span, form, in: blob.span, metric: .cosine) == nil, "\(values)")
    }
  }

  /// Every length and every value of the last two bytes: never a trap, and a blob that passes can be read.
  @Test func anyBytesAreAVectorOrAnError() throws {
    var generator = SeededGenerator(seed: 7)
    var read = 0
    for count in 0...70 {
      for last in 0...255 as ClosedRange<UInt8> {
        var bytes = (0..<count).map { _ in UInt8.random(in: 0...255, using: &generator) }
        if count > 0 { bytes[count - 1] = count % 2 == 0 ? last : UInt8.random(in: 0...7, using: &generator) }
        if count > 1 { bytes[count - 2] = last }
        guard let form = try? VectorBlob(bytes.span) else { continue }
        var (floats, doubles): ([Float], [Double]) = ([], [])
        form.appendFloats(from: bytes.span, to: &floats)
        form.appendDoubles(from: bytes.span, to: &doubles)
        #expect(floats.count == form.dimensions && doubles.count == form.dimensions)
        for metric in Metric.allCases where form.type != .float1bit || metric != .l2 {
          _ = BlobDistance.distance(form, in: bytes.span, form, in: bytes.span, metric: metric)
        }
        read += 1
      }
    }
    #expect(read > 1000)
  }

  @Test func halvesAreThoseOfSwift() {
    for bits in UInt16.min...UInt16.max where !Float16(bitPattern: bits).isNaN {
      #expect(HalfFloat.encode(HalfFloat.decode(bits)) == bits)
      #expect(BrainFloat.encode(BrainFloat.decode(bits)) == bits)
    }
    #expect(HalfFloat.encode(-.nan) == 0x7e00)
  }

  @Test func blobsOfTooManyNumbersAreRefused() {
    for (count, last) in [(4 * 65_537, 0), (2 * 65_537 + 1, 5), (65_540 + 11, 4)] as [(Int, UInt8)] {
      var bytes = [UInt8](repeating: 0, count: count)
      if count % 2 == 1 { bytes[count - 1] = last }
      #expect(throws: VectorBlobError.self) { try VectorBlob(bytes.span) }
    }
  }
}
