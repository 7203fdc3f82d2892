package import EpiBytes

/// One field of the current row: name and value as bytes of the current line, nothing copied.
package struct RowField: Sendable {
  /// The name between its quotes.
  package var name: ByteRange
  /// The name contains escapes; `RowReader.text(of:)` resolves them.
  package var nameHasEscapes: Bool
  package var value: RowValue
}

/// A JSON value inside the current line, already checked to be one.
package struct RowValue: Sendable {
  package enum Kind: Equatable, Sendable {
    case null
    case `true`
    case `false`
    /// Digits without fraction and exponent.
    case integer
    case real
    /// `range` lies between the quotes.
    case string(hasEscapes: Bool)
    case array
    case object
    /// `{"$base64":true,"encoded":"…"}`: bytes. `range` is the encoded text between its quotes.
    case bytes
    /// `{"$f32":"…"}`: little-endian floats. `range` is the base64 text between its quotes.
    case floats
  }

  package var kind: Kind
  package var range: ByteRange
}
