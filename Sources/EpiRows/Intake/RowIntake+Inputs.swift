package import EpiBytes

extension RowIntake {
  /// Reads one input from its beginning to its end.
  /// - Parameters:
  ///   - name: the input's name, for messages.
  ///   - fill: appends the next bytes of the input; returns false when there are no more.
  ///   - failure: makes an error of the caller's of one that lies in the input.
  ///   - take: gets every item; while it runs the reader holds what an event is about.
  /// - Throws: what `fill` and `take` throw, and `failure` of what is wrong with the input.
  package mutating func read<Failure: Error>(
    _ name: String, filledBy fill: (inout ByteWriter) throws(Failure) -> Bool, failure: (RowError) -> Failure,
    take: (RowItem, borrowing RowReader) throws(Failure) -> Void
  ) throws(Failure) {
    beginInput(name)
    var hasMore = true
    while hasMore {
      hasMore = try fill(&reader.input)
      if !hasMore { reader.endOfInput() }
      while let item = try next(failure) { try take(item, reader) }
    }
    do {
      try endInput()
    } catch {
      throw failure(error)
    }
  }

  private mutating func next<Failure: Error>(_ failure: (RowError) -> Failure) throws(Failure) -> RowItem? {
    do {
      return try next()
    } catch {
      throw failure(error)
    }
  }
}

extension RowReader {
  /// What is wrong with the bytes and floats of the current row that travel as base64; nil when nothing is.
  func faultOfPackedValues() -> RowError? {
    do {
      for field in fields where field.value.kind == .bytes || field.value.kind == .floats {
        if field.value.kind == .floats {
          var floats: [Float] = []
          try appendFloats(of: field.value, to: &floats)
        } else {
          var bytes = ByteWriter(capacity: Int(field.value.range.count))
          try appendBytes(of: field.value, to: &bytes)
        }
      }
      return nil
    } catch {
      return error
    }
  }
}
