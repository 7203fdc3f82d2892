internal import EpiRows

/// A column's declared type, which is also its affinity: how SQLite stores what is bound to it.
enum ColumnType: String {
  case text = "TEXT"
  case integer = "INTEGER"
  case real = "REAL"
  case blob = "BLOB"
  /// No type at all: SQLite stores every value as it is bound.
  case untyped = ""
}

/// How a row's values become values of a column. Null is NULL in all three.
enum ValueForm {
  /// Strings are TEXT, bytes are BLOB, everything else is TEXT holding its JSON.
  case text
  /// Numbers and booleans (1 and 0) are INTEGER and REAL; strings are TEXT, bytes are BLOB, the rest is TEXT holding JSON.
  case number
  /// Everything is TEXT holding its JSON.
  case json
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
    case .tags, .vector: KindSet(.array)
    case .json: .all
    }
  }
}

extension KindSet {
  /// The type and form of a column whose type nobody has said, from all its values.
  ///
  /// Late values count as much as early ones, and null says nothing. What no type of number holds without a loss is TEXT.
  var inferred: (type: ColumnType, form: ValueForm) {
    let kinds = subtracting(.null)
    if kinds.isEmpty { return (.text, .text) }
    if kinds.isSubset(of: .booleans) || kinds.isSubset(of: .integers) { return (.integer, .number) }
    if kinds.isSubset(of: .reals) { return (.real, .number) }
    return kinds == .bytes ? (.blob, .text) : (.text, .text)
  }
}
