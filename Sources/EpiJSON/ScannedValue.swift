package import EpiBytes

/// A JSON value that a `FieldScanner` has checked, by its place.
package struct ScannedValue: Equatable, Sendable {
  package enum Kind: Equatable, Sendable {
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

  package init(kind: Kind, range: ByteRange) {
    self.kind = kind
    self.range = range
  }

  /// Whether it is a string, with escapes or without.
  package var isString: Bool {
    switch kind {
    case .string, .escapedString: true
    default: false
    }
  }
}
