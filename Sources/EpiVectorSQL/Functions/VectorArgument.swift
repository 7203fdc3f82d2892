internal import EpiBytes
package import EpiSQLite
package import EpiVectors

/// A vector handed to a function of SQL: a blob, or a text, which stands for the blob of its numbers in single precision.
///
/// What it is tells itself at once; the numbers are read, and the rest of what may be wrong with it found, by `withBlob`.
package struct VectorArgument {
  private let arguments: FunctionArguments
  private let index: Int
  package let type: ElementType
  package let isText: Bool
  /// Of a blob.
  private let blobDimensions: Int

  package init(_ arguments: FunctionArguments, at index: Int) throws(VectorSQLError) {
    self.arguments = arguments
    self.index = index
    let storage = arguments.storageClass(index)
    switch storage {
    case .text:
      isText = true
      type = .float32
      blobDimensions = 0
    case .blob:
      isText = false
      let form = try arguments.withBytes(index) { (bytes: Span<UInt8>) throws(VectorSQLError) in try Self.inspect(bytes) }
      type = form.type
      blobDimensions = form.dimensions
    case .null: throw Self.unexpected("NULL")
    case .integer: throw Self.unexpected("INTEGER")
    case .real: throw Self.unexpected("FLOAT")
    }
  }

  /// Of a text, as many as its commas let one expect.
  package var dimensions: Int {
    guard isText else { return blobDimensions }
    return (arguments.kept(index) as? VectorFromText)?.form.dimensions ?? arguments.withBytes(index, VectorText.guessedDimensions)
  }

  private static func inspect(_ bytes: Span<UInt8>) throws(VectorSQLError) -> VectorBlob {
    do { return try VectorBlob(inspecting: bytes) } catch { throw VectorSQLError(error.message) }
  }

  private static func unexpected(_ storage: String) -> VectorSQLError {
    VectorSQLError("vector: unexpected value type: got \(storage), expected TEXT or BLOB")
  }

  /// Calls `body` with the blob, checked. A text is read once a statement where it is the same in all calls.
  package func withBlob<Result>(_ body: (VectorBlob, Span<UInt8>) throws(VectorSQLError) -> Result) throws(VectorSQLError) -> Result {
    if isText {
      let vector = try textVector()
      let bytes = vector.bytes
      return try body(vector.form, bytes.span)
    }
    return try arguments.withBytes(index) { (bytes: Span<UInt8>) throws(VectorSQLError) in
      let form = try Self.inspect(bytes)
      do throws(VectorBlobError) { try form.check() } catch { throw VectorSQLError(error.message) }
      return try body(form, bytes)
    }
  }

  /// The numbers of a text in double precision, or of a blob as `appendDoubles` gives them.
  package func doubles() throws(VectorSQLError) -> [Double] {
    var doubles: [Double] = []
    if isText {
      try arguments.withBytes(index) { (bytes: Span<UInt8>) throws(VectorSQLError) in
        do throws(VectorTextError) { try VectorText.appendDoubles(bytes, to: &doubles) } catch { throw VectorSQLError(error.message) }
      }
    } else {
      try withBlob { (form: VectorBlob, bytes: Span<UInt8>) throws(VectorSQLError) in form.appendDoubles(from: bytes, to: &doubles) }
    }
    return doubles
  }

  private func textVector() throws(VectorSQLError) -> VectorFromText {
    if let kept = arguments.kept(index) as? VectorFromText { return kept }
    let made = try arguments.withBytes(index) { (bytes: Span<UInt8>) throws(VectorSQLError) in try VectorFromText(bytes) }
    arguments.keep(made, for: index)
    return made
  }
}

/// What a text has been read to.
package final class VectorFromText {
  let form: VectorBlob
  let bytes: [UInt8]

  init(_ text: Span<UInt8>) throws(VectorSQLError) {
    var floats: [Float] = []
    do { try VectorText.appendFloats(text, to: &floats) } catch { throw VectorSQLError(error.message) }
    var writer = ByteWriter(capacity: 4 * floats.count)
    VectorBlob.append(floats.span, as: .float32, to: &writer)
    let blob = [UInt8](copying: writer.span, in: 0..<writer.count)
    do { form = try VectorBlob(blob.span) } catch { throw VectorSQLError(error.message) }
    bytes = blob
  }
}
