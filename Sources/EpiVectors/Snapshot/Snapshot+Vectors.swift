internal import EpiSystem

extension Snapshot {
  /// The stored vectors where they lie in the file: `head.rows` rows of `SnapshotFormat.vectorStride` numbers, row-major.
  ///
  /// A mapping begins at a page and the section at a multiple of one, so the numbers are aligned; opening has verified that the
  /// section lies in the file and has this length.
  package var vectors: Span<Float> {
    @_lifetime(borrow self)
    borrowing get {
      FloatBytes.floats(in: file.bytes.extracting(layout.vectors.range))
    }
  }
}
