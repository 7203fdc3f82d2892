package import EpiBytes

extension ByteWriter {
  /// Appends the shortest decimal that reads as `value` again, as a JSON number; a whole number has no fraction.
  /// - Precondition: the value is finite.
  package mutating func append(shortest value: Float) {
    precondition(value.isFinite)
    let text = value.description
    append(text.hasSuffix(".0") ? String(text.dropLast(2)) : text)
  }
}
