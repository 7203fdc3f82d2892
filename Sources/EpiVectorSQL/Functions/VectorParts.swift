internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// `vector_concat(a, b)` and `vector_slice(v, from, to)`, as Turso has them: of vectors of whole numbers of bytes, from 0, without
/// the element at `to`.
enum VectorParts {
  static var all: [ScalarFunction] {
    [
      ScalarFunction("vector_concat", arguments: 2) { arguments, result in
        VectorFunctions.answer(result) { () throws(VectorSQLError) in try concatenate(arguments, result) }
      },
      ScalarFunction("vector_slice", arguments: 3) { arguments, result in
        VectorFunctions.answer(result) { () throws(VectorSQLError) in try slice(arguments, result) }
      },
    ]
  }

  private static func concatenate(_ arguments: FunctionArguments, _ result: FunctionResult) throws(VectorSQLError) {
    try VectorFunctions.refuseTexts(arguments, 0..<2, of: "vector_concat")
    let a = try divisible(VectorArgument(arguments, at: 0), by: "vector_concat")
    let b = try divisible(VectorArgument(arguments, at: 1), by: "vector_concat")
    guard a.type == b.type else {
      throw VectorSQLError("vector_concat: vectors must have the same type: \(a.type.rawValue) != \(b.type.rawValue)")
    }
    guard a.dimensions + b.dimensions <= Normalization.maximumDimensions else {
      throw VectorSQLError("vector: max size exceeded: \(a.dimensions + b.dimensions) > \(Normalization.maximumDimensions)")
    }
    try a.withBlob { (form: VectorBlob, aBytes: Span<UInt8>) throws(VectorSQLError) in
      try b.withBlob { (other: VectorBlob, bBytes: Span<UInt8>) throws(VectorSQLError) in
        var blob = ByteWriter(capacity: aBytes.count + bBytes.count)
        blob.append(aBytes, in: 0..<form.dataCount)
        blob.append(bBytes, in: 0..<other.dataCount)
        finish(form.type, &blob, result)
      }
    }
  }

  private static func slice(_ arguments: FunctionArguments, _ result: FunctionResult) throws(VectorSQLError) {
    try VectorFunctions.refuseTexts(arguments, 0..<1, of: "vector_slice")
    let vector = try divisible(VectorArgument(arguments, at: 0), by: "vector_slice")
    guard arguments.storageClass(1) == .integer, arguments.storageClass(2) == .integer else {
      throw VectorSQLError("vector_slice: from and to must be integers")
    }
    let (from, to) = (arguments.integer(1), arguments.integer(2))
    guard 0 <= from, from <= to, to <= Int64(vector.dimensions) else {
      throw VectorSQLError("vector_slice: from \(from) to \(to) does not lie in a vector of \(vector.dimensions) dimensions")
    }
    try vector.withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      let size = form.type.dataCount(dimensions: 1)
      var blob = ByteWriter(capacity: bytes.count)
      blob.append(bytes, in: (Int(from) * size)..<(Int(to) * size))
      finish(form.type, &blob, result)
    }
  }

  private static func divisible(_ argument: VectorArgument, by name: String) throws(VectorSQLError) -> VectorArgument {
    guard argument.type != .float8, argument.type != .float1bit else {
      throw VectorSQLError("\(name): not supported for \(argument.type.sqlName) vectors")
    }
    return argument
  }

  private static func finish(_ type: ElementType, _ blob: inout ByteWriter, _ result: FunctionResult) {
    if type != .float32 { blob.append(type.rawValue) }
    result.set(blob: blob.span)
  }
}
