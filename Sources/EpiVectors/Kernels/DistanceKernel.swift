internal import CEpiKernels

/// The C kernels as safe functions: shapes are checked here, once a call.
package enum DistanceKernel {
  /// What the kernels in use were compiled for, as `--version` tells it.
  package static var levelName: String { unsafe String(cString: epi_level_name(epi_best_level())) }

  /// The distance of two vectors of equal length, both in the form the metric stores.
  package static func distance(_ a: Span<Float>, _ b: Span<Float>, metric: Metric) -> Float {
    precondition(a.count == b.count)
    let value = unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { b in
        let count = a.count / MemoryLayout<Float>.stride
        return switch metric {
        case .cosine, .l2: unsafe epi_squared_l2_f32(a.baseAddress, b.baseAddress, count)
        case .dot: unsafe epi_dot_f32(a.baseAddress, b.baseAddress, count)
        }
      }
    }
    return metric.distance(kernelValue: value)
  }

  /// The squared distance of two vectors of equal length.
  static func squaredDistance(_ a: Span<Float>, _ b: Span<Float>) -> Float {
    precondition(a.count == b.count)
    return unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { unsafe epi_squared_l2_f32(a.baseAddress, $0.baseAddress, a.count) }
    }
  }

  /// How many bits of as many bytes differ.
  static func differingBits(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Int {
    precondition(a.count == b.count)
    return unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { Int(unsafe epi_differing_bits(a.baseAddress, $0.baseAddress, a.count)) }
    }
  }

  /// The dot product of two vectors of equal length, given as the bytes of their floats, which need no alignment.
  static func dot(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Float {
    precondition(a.count == b.count && a.count % 4 == 0)
    return unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { unsafe epi_dot_f32(a.baseAddress, $0.baseAddress, a.count / 4) }
    }
  }

  /// The squared distance of two vectors of equal length, given as the bytes of their floats, which need no alignment.
  static func squaredDistance(_ a: Span<UInt8>, _ b: Span<UInt8>) -> Float {
    precondition(a.count == b.count && a.count % 4 == 0)
    return unsafe a.withUnsafeBytes { a in
      unsafe b.withUnsafeBytes { unsafe epi_squared_l2_f32(a.baseAddress, $0.baseAddress, a.count / 4) }
    }
  }

  /// Compares `query` with each row of `matrix`, which has as many numbers a row as the query: squared distances for l2, else products.
  /// - Parameter results: takes one for each row.
  static func values(_ query: Span<Float>, rowsOf matrix: Span<Float>, metric: Metric, into results: inout MutableSpan<Float>) {
    precondition(!query.isEmpty && matrix.count == results.count * query.count)
    unsafe query.withUnsafeBytes { query in
      unsafe matrix.withUnsafeBytes { matrix in
        unsafe results.withUnsafeMutableBufferPointer { results in
          let (count, stride, rows) = (query.count / 4, query.count, results.count)
          if metric == .l2 {
            unsafe epi_squared_l2_f32_rows(query.baseAddress, count, matrix.baseAddress, stride, rows, results.baseAddress)
          } else {
            unsafe epi_dot_f32_rows(query.baseAddress, count, matrix.baseAddress, stride, rows, results.baseAddress)
          }
        }
      }
    }
  }

  /// The product of two vectors of equal length.
  static func dot(_ a: Span<Float>, _ b: Span<Float>) -> Float {
    precondition(a.count == b.count)
    return unsafe a.withUnsafeBufferPointer { a in
      unsafe b.withUnsafeBufferPointer { unsafe epi_dot_f32(a.baseAddress, $0.baseAddress, a.count) }
    }
  }

  /// The distances of `query` and each of `rows` slots.
  /// - Parameters:
  ///   - query: the dimensions' numbers, in the form the metric stores, and zeros up to a multiple of 16.
  ///   - slots: `rows` slots, `pitch` bytes from one to the next.
  ///   - results: takes `rows` distances from its beginning.
  /// - Complexity: O(`slots.count`)
  package static func distances(
    from query: Span<Float>, to slots: Span<UInt8>, pitch: Int, rows: Int, form: VectorForm, into results: inout MutableSpan<Float>
  ) {
    values(from: query, to: slots, pitch: pitch, rows: rows, form: form, into: &results)
    switch form.metric {
    case .cosine: for row in 0..<rows { results[row] = Metric.cosine.distance(kernelValue: results[row]) }
    case .l2: for row in 0..<rows { results[row] = Metric.l2.distance(kernelValue: results[row]) }
    case .dot: for row in 0..<rows { results[row] = Metric.dot.distance(kernelValue: results[row]) }
    }
  }

  /// The same as the kernels give it: squared distances, for dot the products.
  static func values(
    from query: Span<Float>, to slots: Span<UInt8>, pitch: Int, rows: Int, form: VectorForm, into results: inout MutableSpan<Float>
  ) {
    guard rows > 0 else { return }
    let (size, overflow) = (rows - 1).multipliedReportingOverflow(by: pitch)
    precondition(
      !overflow && slots.count - form.slotBytes >= size && pitch >= form.slotBytes && rows <= results.count
        && query.count == SnapshotFormat.vectorStride(dimensions: form.dimensions))
    unsafe query.withUnsafeBytes { query in
      unsafe slots.withUnsafeBytes { slots in
        unsafe results.withUnsafeMutableBufferPointer { results in
          switch form.metric {
          case .cosine, .l2:
            unsafe epi_squared_l2_rows(form.element.kernel, query.baseAddress, form.dimensions, slots.baseAddress, pitch, rows, results.baseAddress)
          case .dot:
            unsafe epi_dot_rows(form.element.kernel, query.baseAddress, form.dimensions, slots.baseAddress, pitch, rows, results.baseAddress)
          }
        }
      }
    }
  }

  /// The distance of `query` and one slot.
  static func distance(_ query: Span<Float>, _ slot: Span<UInt8>, form: VectorForm) -> Float {
    precondition(slot.count >= form.slotBytes && query.count == SnapshotFormat.vectorStride(dimensions: form.dimensions))
    var value: Float = 0
    unsafe query.withUnsafeBytes { query in
      unsafe slot.withUnsafeBytes { slot in
        switch form.metric {
        case .cosine, .l2: unsafe epi_squared_l2_rows(form.element.kernel, query.baseAddress, form.dimensions, slot.baseAddress, 0, 1, &value)
        case .dot: unsafe epi_dot_rows(form.element.kernel, query.baseAddress, form.dimensions, slot.baseAddress, 0, 1, &value)
        }
      }
    }
    return form.metric.distance(kernelValue: value)
  }

  /// For each of `count` rows of bytes what the metric's kernel gives at least, for dot minus that.
  /// - Parameters:
  ///   - rows: of as many bytes as the query has.
  ///   - measures: what goes with the rows.
  static func bounds(_ query: CoarseQuery, rows: Span<UInt8>, _ measures: Span<UInt8>, count: Int, into bounds: inout MutableSpan<Float>) {
    precondition(rows.count == count * query.bytes.count && measures.count == count * CoarseRow.measureBytes && bounds.count >= count)
    precondition(query.bytes.count % 64 == 0)
    let terms = query.terms
    var kernelTerms = epi_coarse_query(
      zero: terms.zero, base: terms.base, square: terms.square, product: terms.product, error: terms.error, length: terms.length)
    unsafe query.bytes.withUnsafeBufferPointer { query in
      unsafe rows.withUnsafeBufferPointer { rows in
        unsafe measures.withUnsafeBytes { measures in
          unsafe bounds.withUnsafeMutableBufferPointer { bounds in
            unsafe epi_coarse_bounds(
              query.baseAddress, query.count, rows.baseAddress, measures.assumingMemoryBound(to: epi_coarse_row.self).baseAddress, count,
              &kernelTerms, bounds.baseAddress)
          }
        }
      }
    }
  }

  /// What the numbers of a slot stand for.
  static func decode(_ slot: Span<UInt8>, form: VectorForm, into values: inout MutableSpan<Float>) {
    precondition(slot.count >= form.slotBytes && values.count >= form.dimensions)
    unsafe slot.withUnsafeBytes { slot in
      unsafe values.withUnsafeMutableBufferPointer { unsafe epi_decode(form.element.kernel, slot.baseAddress, form.dimensions, $0.baseAddress) }
    }
  }

  /// Rounds numbers into a slot of zeros.
  static func encode(_ values: Span<Float>, form: VectorForm, into slot: inout MutableSpan<UInt8>) {
    precondition(values.count == form.dimensions && values.count > 0 && slot.count >= form.slotBytes)
    unsafe values.withUnsafeBufferPointer { values in
      unsafe slot.withUnsafeMutableBufferPointer { unsafe epi_encode(form.element.kernel, values.baseAddress, values.count, $0.baseAddress) }
    }
  }
}

extension ElementType {
  /// The same number on the disk and in the kernels.
  var kernel: epi_element { epi_element(UInt32(rawValue)) }
}
