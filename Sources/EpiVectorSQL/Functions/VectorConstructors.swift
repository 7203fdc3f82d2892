internal import EpiBytes
internal import EpiSQLite
internal import EpiVectors

/// `vector32(x)` and its kind, and `vector_extract(x)`.
enum VectorConstructors {
  static var all: [ScalarFunction] {
    let types: [(String, ElementType)] = [
      ("vector", .float32), ("vector32", .float32), ("vector64", .float64), ("vector16", .float16), ("vectorb16", .floatb16),
      ("vector8", .float8), ("vector1bit", .float1bit),
    ]
    return types.map { name, type in
      ScalarFunction(name, arguments: 1) { arguments, result in
        VectorFunctions.answer(result) { () throws(VectorSQLError) in try construct(type, arguments, result) }
      }
    } + [
      ScalarFunction("vector_extract", arguments: 1) { arguments, result in
        VectorFunctions.answer(result) { () throws(VectorSQLError) in try extract(arguments, result) }
      }
    ]
  }

  private static func construct(_ type: ElementType, _ arguments: FunctionArguments, _ result: FunctionResult) throws(VectorSQLError) {
    let argument = try VectorArgument(arguments, at: 0)
    // A text is read as what is asked for; that is single precision but for f64.
    if argument.type == .float64 || (argument.isText && type == .float64) {
      if type == .float64, !argument.isText { return try copy(argument, result) }
      let doubles = try argument.doubles()
      var blob = ByteWriter(capacity: type.blobCount(dimensions: doubles.count))
      VectorBlob.append(doubles.span, as: type, to: &blob)
      return result.set(blob: blob.span)
    }
    if argument.type == type { return try copy(argument, result) }
    try argument.withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      var floats: [Float] = []
      form.appendFloats(from: bytes, to: &floats)
      var blob = ByteWriter(capacity: type.blobCount(dimensions: floats.count))
      VectorBlob.append(floats.span, as: type, to: &blob)
      result.set(blob: blob.span)
    }
  }

  private static func copy(_ argument: VectorArgument, _ result: FunctionResult) throws(VectorSQLError) {
    try argument.withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      var blob = ByteWriter(capacity: bytes.count)
      form.appendCopy(of: bytes, to: &blob)
      result.set(blob: blob.span)
    }
  }

  private static func extract(_ arguments: FunctionArguments, _ result: FunctionResult) throws(VectorSQLError) {
    try VectorArgument(arguments, at: 0).withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in
      var text = ByteWriter(capacity: 12 * form.dimensions)
      if form.type == .float64 {
        var doubles: [Double] = []
        form.appendDoubles(from: bytes, to: &doubles)
        VectorText.append(doubles.span, to: &text)
      } else {
        var floats: [Float] = []
        form.appendFloats(from: bytes, to: &floats)
        VectorText.append(floats.span, to: &text)
      }
      result.set(text: text.span)
    }
  }
}
