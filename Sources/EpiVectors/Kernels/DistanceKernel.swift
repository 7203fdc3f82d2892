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

  /// The dot products of `query` and each row of `matrix`, which has as many numbers a row as the query.
  /// - Parameter results: takes one for each row.
  static func dots(_ query: Span<Float>, rowsOf matrix: Span<Float>, into results: inout MutableSpan<Float>) {
    precondition(!query.isEmpty && matrix.count == results.count * query.count)
    unsafe query.withUnsafeBytes { query in
      unsafe matrix.withUnsafeBytes { matrix in
        unsafe results.withUnsafeMutableBufferPointer { results in
          unsafe epi_dot_f32_rows(query.baseAddress, query.count / 4, matrix.baseAddress, query.count, results.count, results.baseAddress)
        }
      }
    }
  }

  /// The distances of `query` and each row of `matrix`.
  /// - Parameters:
  ///   - query: `stride` numbers, in the form the metric stores, zeros after the last dimension.
  ///   - matrix: `rows` rows, `pitch` numbers from one to the next, each beginning with `stride` numbers, zeros after the last dimension.
  ///   - results: takes `rows` distances from its beginning.
  /// - Complexity: O(`matrix.count`)
  package static func distances(
    from query: Span<Float>, toRowsOf matrix: Span<Float>, pitch: Int, rows: Int, metric: Metric, into results: inout MutableSpan<Float>
  ) {
    let (size, overflow) = rows.multipliedReportingOverflow(by: pitch)
    precondition(!overflow && size == matrix.count && rows <= results.count && pitch >= query.count)
    let stride = pitch * MemoryLayout<Float>.stride
    unsafe query.withUnsafeBytes { query in
      unsafe matrix.withUnsafeBytes { matrix in
        unsafe results.withUnsafeMutableBufferPointer { results in
          let count = query.count / MemoryLayout<Float>.stride
          switch metric {
          case .cosine, .l2:
            unsafe epi_squared_l2_f32_rows(query.baseAddress, count, matrix.baseAddress, stride, rows, results.baseAddress)
          case .dot: unsafe epi_dot_f32_rows(query.baseAddress, count, matrix.baseAddress, stride, rows, results.baseAddress)
          }
        }
      }
    }
    switch metric {
    case .cosine: for row in 0..<rows { results[row] = Metric.cosine.distance(kernelValue: results[row]) }
    case .l2: for row in 0..<rows { results[row] = Metric.l2.distance(kernelValue: results[row]) }
    case .dot: for row in 0..<rows { results[row] = Metric.dot.distance(kernelValue: results[row]) }
    }
  }
}
