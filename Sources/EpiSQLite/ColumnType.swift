internal import EpiRows

/// A column's declared type, which is also its affinity: how SQLite stores what is bound to it.
enum ColumnType: Equatable {
  case text
  case integer
  case real
  case blob
  /// A vector of so many 32-bit floats, as libSQL declares it; to SQLite a BLOB.
  case vector(dimensions: Int)
  /// No type at all: SQLite stores every value as it is bound.
  case untyped

  /// As SQLite's CREATE TABLE has it.
  /// - Parameter isStrict: of a STRICT table, which knows few types and needs one for every column.
  func declaration(isStrict: Bool) -> String {
    switch self {
    case .text: "TEXT"
    case .integer: "INTEGER"
    case .real: "REAL"
    case .blob: "BLOB"
    case .vector(let dimensions): isStrict ? "BLOB" : "F32_BLOB(\(dimensions))"
    case .untyped: isStrict ? "ANY" : ""
    }
  }
}

/// How a row's values become values of a column. Null is NULL in all of them.
enum ValueForm {
  /// Strings are TEXT, bytes are BLOB, everything else is TEXT holding its JSON.
  case text
  /// Numbers and booleans (1 and 0) are INTEGER and REAL; strings are TEXT, bytes are BLOB, the rest is TEXT holding JSON.
  case number
  /// Everything is TEXT holding its JSON.
  case json
  /// Vectors are BLOBs of little-endian floats, everything else is TEXT holding its JSON.
  case vector
}

/// What becomes of vectors.
package enum VectorPolicy: String, Sendable, CaseIterable {
  case json
  case f32
  /// They are left out.
  case none
}

extension FieldType {
  /// The type of a field's column (epi-rows.5, "Field types").
  var columnType: ColumnType {
    switch self {
    case .id, .text, .richtext, .date, .select, .tags, .json, .vector: .text
    case .integer, .boolean: .integer
    case .real: .real
    }
  }

  var valueForm: ValueForm {
    switch self {
    case .id, .text, .richtext, .date, .select: .text
    case .integer, .boolean, .real: .number
    case .tags, .json, .vector: .json
    }
  }

  /// The kinds of value that a field of this type can have, null aside.
  var accepted: KindSet {
    switch self {
    case .id, .text, .date, .select: KindSet(.text)
    case .richtext: KindSet([.text, .array])
    case .integer: KindSet([.integer, .wideInteger, .hugeInteger])
    case .real: .reals
    case .boolean: .booleans
    case .tags: KindSet(.array)
    case .vector: KindSet([.array, .floats])
    case .json: .all
    }
  }
}

extension KindSet {
  /// The values are of more than one of JSON's types, null aside; arrays and objects are told apart from the rest, not from each other.
  var isMixed: Bool {
    let types: [KindSet] = [KindSet(.text), .booleans, .integers.union(.reals).union(KindSet(.digits)), KindSet([.array, .object]), .bytes, KindSet(.floats)]
    return types.count { !isDisjoint(with: $0) } > 1
  }

  /// The type and form of a column whose type nobody has said, from all its values.
  ///
  /// Late values count as much as early ones, and null says nothing. What no type of number holds without a loss is TEXT.
  /// - Parameter dimensions: of the column's vectors, if it has some.
  func inferred(dimensions: Int?) -> (type: ColumnType, form: ValueForm) {
    let kinds = subtracting(.null)
    if kinds.isEmpty { return (.text, .text) }
    if kinds.isSubset(of: .booleans) || kinds.isSubset(of: .integers) { return (.integer, .number) }
    if kinds.isSubset(of: .reals) { return (.real, .number) }
    if kinds == KindSet(.floats), let dimensions { return (.vector(dimensions: dimensions), .vector) }
    return kinds == .bytes ? (.blob, .text) : (.text, .text)
  }
}

extension ColumnType {
  /// The type of a column that is to hold values of these kinds unaltered.
  /// - Parameter isStrict: the table refuses what does not have the type.
  func holding(_ kinds: KindSet, isStrict: Bool) -> ColumnType {
    switch self {
    case .integer where !kinds.isDisjoint(with: .alteredByNumericAffinity): .untyped
    case .real where !kinds.isDisjoint(with: .alteredByNumericAffinity.union(KindSet(.wideInteger))): .untyped
    case .integer where isStrict && !kinds.isSubset(of: .integers.union(.booleans).union(.null)): .untyped
    case .real where isStrict && !kinds.isSubset(of: .reals.union(.booleans).union(.null)): .untyped
    case .text where isStrict && !kinds.isDisjoint(with: KindSet([.bytes, .floats])): .untyped
    case .vector where isStrict && !kinds.isSubset(of: KindSet([.floats, .null])): .untyped
    default: self
    }
  }
}
