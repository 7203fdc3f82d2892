import EpiTestSupport
import Foundation
import Testing

@testable import EpiSQLite

struct NumberTextTests {
  private func integerKind(_ text: String) -> ValueKind {
    let bytes = Array(text.utf8)
    return NumberText.kind(ofInteger: bytes.span, in: bytes.indices)
  }

  private func realKind(_ text: String) -> ValueKind {
    let bytes = Array(text.utf8)
    return NumberText.kind(ofReal: bytes.span, in: bytes.indices)
  }

  private func integer(_ text: String) -> Int64? {
    let bytes = Array(text.utf8)
    return NumberText.integer(bytes.span, in: bytes.indices)
  }

  @Test func `integers are told by what holds them`() {
    for text in ["0", "-0", "7", "-7", "9007199254740992", "9007199254740994", "-9223372036854775808", "999999999999999"] {
      #expect(integerKind(text) == .integer, "\(text)")
    }
    for text in ["9007199254740993", "-9007199254740993", "9223372036854775807"] { #expect(integerKind(text) == .wideInteger, "\(text)") }
    // As JSON.stringify prints 2^63, 10^20 and 12345678901234567000.
    for text in ["9223372036854776000", "100000000000000000000", "-12345678901234567000"] {
      #expect(integerKind(text) == .hugeInteger, "\(text)")
    }
    for text in ["9223372036854775808", "-9223372036854775809", "123456789012345678901234567890", String(repeating: "9", count: 400)] {
      #expect(integerKind(text) == .digits, "\(text)")
    }
  }

  @Test func `integers print as they were`() {
    var random = SeededGenerator(seed: 5)
    let edges = [Int64.min, .min + 1, -1, 0, 1, .max - 1, .max]
    for value in edges + (0..<200).map({ _ in Int64(bitPattern: random.next()) >> Int64(random.next() % 64) }) {
      #expect(integer("\(value)") == value)
    }
    for text in ["9223372036854775808", "-9223372036854775809", "18446744073709551616", "99999999999999999999"] {
      #expect(integer(text) == nil, "\(text)")
    }
  }

  @Test func `reals beyond the range of a double keep their digits`() {
    for text in ["0.5", "-1.5e3", "5e-324", "1.7976931348623157e308", "0e999", "0.0E-999", "-0.0"] { #expect(realKind(text) == .real, "\(text)") }
    for text in ["1e999", "-1e309", "1e-999", String(repeating: "9", count: 400) + ".5"] { #expect(realKind(text) == .digits, "\(text)") }
  }
}
