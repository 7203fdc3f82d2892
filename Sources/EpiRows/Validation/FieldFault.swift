/// Why a row does not fit its schema: the first field that does not, what it should be and what it is.
package struct FieldFault: Equatable, Sendable {
  package enum Kind: String, Equatable, Sendable {
    /// A field that must be there is not.
    case missing
    /// Null, where the field is not nullable.
    case null
    /// A value of another type.
    case type
    /// A string that is none of the options.
    case option
    /// A date of another form.
    case date
    /// A vector of another length.
    case dimensions
    /// A value that its JSON Schema does not allow.
    case schema
  }

  package var field: String
  /// From the field's value to the part of it that does not fit: `.device`, `[2]`; empty when it is all of it.
  package var path = ""
  package var kind: Kind
  package var expected: String
  package var got: String

  /// "'rating': expected a number, got the string 'five'", for messages.
  package var sentence: String { "'\(title)': expected \(expected), got \(got)" }

  /// Field and path: `extra.device`, `tags[2]`.
  package var title: String { ShortText.of(field) + path }
}
