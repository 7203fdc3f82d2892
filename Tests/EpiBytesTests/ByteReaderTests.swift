import EpiBytes
import EpiTestSupport
import Testing

/// lib0's primitives, with the examples of the Yjs format's description.
struct ByteReaderTests {
  private func varUint(_ bytes: [UInt8]) -> Result<UInt64, DecodingError> {
    var reader = ByteReader(bytes.span, in: 0..<bytes.count)
    do throws(DecodingError) {
      let value = try reader.readVarUint()
      return reader.isAtEnd ? .success(value) : .failure(DecodingError(.trailingBytes(count: reader.remaining), at: reader.position))
    } catch {
      return .failure(error)
    }
  }

  private func varInt(_ bytes: [UInt8]) -> Result<String, DecodingError> {
    var reader = ByteReader(bytes.span, in: 0..<bytes.count)
    do throws(DecodingError) {
      let value = try reader.readVarInt()
      return .success("\(value.isNegative ? "-" : "")\(value.magnitude)")
    } catch {
      return .failure(error)
    }
  }

  private func varString(_ bytes: [UInt8]) -> Result<String, DecodingError> {
    var reader = ByteReader(bytes.span, in: 0..<bytes.count)
    do throws(DecodingError) {
      let range = try reader.readVarString()
      return .success(String(decoding: bytes[range.bounds], as: UTF8.self))
    } catch {
      return .failure(error)
    }
  }

  @Test(arguments: [
    ([0x00], 0), ([0x7f], 127), ([0x80, 0x01], 128), ([0x80, 0x80, 0x01], 16384),
    ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f], (1 << 53) - 1),
  ] as [([UInt8], UInt64)])
  func `varUint reads groups of seven bits, lowest first`(bytes: [UInt8], value: UInt64) {
    #expect(varUint(bytes) == .success(value))
  }

  @Test func `varUint accepts padded encodings, however long`() {
    #expect(varUint([0x80, 0x00]) == .success(0))
    #expect(varUint([0x85, 0x80, 0x80, 0x00]) == .success(5))
    #expect(varUint([0x81] + [UInt8](repeating: 0x80, count: 40) + [0x00]) == .success(1))
  }

  @Test func `varUint refuses what JavaScript cannot hold`() {
    #expect(varUint([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x10]) == .failure(DecodingError(.numberTooLarge, at: 7)))
    #expect(varUint([UInt8](repeating: 0xff, count: 9) + [0x01]) == .failure(DecodingError(.numberTooLarge, at: 7)))
    #expect(varUint([UInt8](repeating: 0x80, count: 30) + [0x01]) == .failure(DecodingError(.numberTooLarge, at: 30)))
  }

  @Test func `varUint ends with the input`() {
    #expect(varUint([]) == .failure(DecodingError(.endOfInput, at: 0)))
    #expect(varUint([0x80]) == .failure(DecodingError(.endOfInput, at: 1)))
    #expect(varUint([0xff, 0xff]) == .failure(DecodingError(.endOfInput, at: 2)))
  }

  @Test(arguments: [
    ([0x3f], "63"), ([0x80, 0x01], "64"), ([0x41], "-1"), ([0xc0, 0x01], "-64"), ([0x40], "-0"), ([0x00], "0"),
    ([0xbf, 0x7f], "8191"), ([0x80, 0x80, 0x01], "8192"),
    ([0xbf, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], "9007199254740991"),
    ([0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x1f], "-9007199254740991"),
    ([0x81, 0x80, 0x00], "1"),
  ] as [([UInt8], String)])
  func `varInt reads sign and magnitude, minus zero apart from zero`(bytes: [UInt8], value: String) {
    #expect(varInt(bytes) == .success(value))
  }

  @Test func `varInt refuses what JavaScript cannot hold and what is cut off`() {
    #expect(varInt([0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x20]) == .failure(DecodingError(.numberTooLarge, at: 7)))
    #expect(varInt([]) == .failure(DecodingError(.endOfInput, at: 0)))
    #expect(varInt([0xc0]) == .failure(DecodingError(.endOfInput, at: 1)))
  }

  @Test(arguments: Seeds.list(20))
  func `varUint reads what ByteWriter writes`(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var writer = ByteWriter(capacity: 0)
    let values = (0..<500).map { _ in random.next() & ByteReader.maximumInteger >> UInt64.random(in: 0...53, using: &random) }
    for value in values { writer.append(varUint: value) }
    let written = writer.span
    var reader = ByteReader(written, in: 0..<written.count)
    for value in values {
      let read = try? reader.readVarUint()
      #expect(read == value)
    }
    let isAtEnd = reader.isAtEnd
    #expect(isAtEnd)
  }

  @Test func `varString is strict about UTF-8 and keeps a byte order mark`() {
    #expect(varString([0x03, 0x61, 0xc3, 0xa9]) == .success("aé"))
    #expect(varString([0x00]) == .success(""))
    #expect(varString([0x04, 0xef, 0xbb, 0xbf, 0x61]) == .success("\u{feff}a"))
    let faults: [[UInt8]] = [[0xc3], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0xf4, 0x90, 0x80, 0x80], [0x61, 0x80]]
    for fault in faults {
      #expect(varString([UInt8(fault.count)] + fault) == .failure(DecodingError(.invalidUTF8, at: 1)))
    }
  }

  @Test func `a length beyond the input is refused before anything is read`() {
    #expect(varString([0x05, 0x61]) == .failure(DecodingError(.lengthBeyondInput(count: 5), at: 1)))
    let huge: [UInt8] = [0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x0f]
    #expect(varString(huge) == .failure(DecodingError(.lengthBeyondInput(count: (1 << 53) - 1), at: 8)))
  }

  @Test func `a frame inside the input ends at its own end, offsets count from the input's start`() throws {
    let bytes: [UInt8] = [0xff, 0x80, 0x01, 0x02]
    var reader = ByteReader(bytes.span, in: 1..<2)
    let start = reader.position
    var fault: DecodingError?
    do throws(DecodingError) { _ = try reader.readVarUint() } catch { fault = error }
    #expect(start == 1)
    #expect(fault == DecodingError(.endOfInput, at: 2))
  }

  @Test func `fixed-width numbers are big-endian`() throws {
    let bytes: [UInt8] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]
    var reader = ByteReader(bytes.span, in: 0..<12)
    let wide = try reader.readBigEndian64()
    let narrow = try reader.readBigEndian32()
    var fault: DecodingError?
    do throws(DecodingError) { _ = try reader.readBigEndian32() } catch { fault = error }
    #expect(wide == 0x0102_0304_0506_0708)
    #expect(narrow == 0x090a_0b0c)
    #expect(fault == DecodingError(.lengthBeyondInput(count: 4), at: 12))
  }
}
