/// Why a schema makes no sense, and where.
package struct DefinitionError: Error, Equatable {
  /// Byte offset in the text of the schema.
  package var offset: Int
  /// Where in the JSON of the schema: `$.tables.posts.fields[2].type`.
  package var path: String
  /// Lower case, no full stop.
  package var message: String
  package var hint: String?

  init(at offset: Int, _ path: String, _ message: String, hint: String? = nil) {
    self.offset = offset
    self.path = path
    self.message = message
    self.hint = hint
  }

  /// `$.tables.posts.fields[2].type: unknown type 'number'`
  package var sentence: String { "\(path): \(message)" }
}
