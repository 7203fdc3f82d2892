internal import EpiBytes
package enum JSONText {
  package static func isValid(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool { true }
  package static func isValidElement(_ bytes: Span<UInt8>, in range: Range<Int>) -> Bool { true }
}
