package import EpiBytes

/// A JSON value that a `FieldScanner` has checked, by its place.
package struct ScannedValue: Equatable, Sendable {
  package enum Kind: UInt8, Equatable, Sendable {
    case null
    case `true`
    case `false`
    /// Digits without fraction and exponent, of any length.
    case integer
    case real
    /// A string without escapes.
    case string
    /// A string with escapes; `EscapedText` resolves them.
    case escapedString
    case array
    case object
  }

  package var kind: Kind
  /// The bytes between the quotes of a string, all bytes of other kinds.
  package var range: ByteRange

  @inlinable
  package init(kind: Kind, range: ByteRange) {
    self.kind = kind
    self.range = range
  }
}
