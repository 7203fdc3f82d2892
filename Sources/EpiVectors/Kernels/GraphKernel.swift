internal import CEpiKernels

/// The C kernels of graphs as safe functions: shapes are checked here, once a call.
enum GraphKernel {
  /// Rotates a vector in place by the signs of its rounds.
  static func rotate(_ values: inout MutableSpan<Float>, signs: Span<Float>) {
    precondition(values.count % 32 == 0 && signs.count == 4 * values.count)
    unsafe values.withUnsafeMutableBufferPointer { values in
      unsafe signs.withUnsafeBufferPointer { unsafe epi_rotate_f32(values.baseAddress, values.count, $0.baseAddress) }
    }
  }

  /// Dot products of a vector of bytes with some rows of a matrix of such vectors, `stride` bytes apart.
  /// - Parameter results: takes as many as there are `rows`.
  static func dots(
    _ query: Span<Int8>, _ matrix: Span<Int8>, stride: Int, rows: Span<UInt32>, into results: inout MutableSpan<Int32>
  ) {
    let count = query.count
    precondition(results.count >= rows.count && stride >= count)
    let available = matrix.count / stride
    for index in 0..<rows.count { precondition(Int(rows[index]) < available) }
    unsafe query.withUnsafeBufferPointer { query in
      unsafe matrix.withUnsafeBufferPointer { matrix in
        unsafe rows.withUnsafeBufferPointer { rows in
          unsafe results.withUnsafeMutableBufferPointer { results in
            unsafe epi_dot_i8_picked(
              query.baseAddress, count, matrix.baseAddress, stride, rows.baseAddress, rows.count, results.baseAddress)
          }
        }
      }
    }
  }

  /// Writes the signs of `point - centre` as bits from byte `offset` on.
  /// - Returns: the sums that go with them.
  static func encode(
    _ point: Span<Float>, relativeTo centre: Span<Float>, into bits: inout MutableSpan<UInt8>, at offset: Int
  ) -> (squares: Float, magnitudes: Float, centre: Float) {
    precondition(point.count == centre.count && point.count % 32 == 0 && offset >= 0 && bits.count - offset >= point.count / 8)
    var sums = epi_code_sums()
    unsafe point.withUnsafeBufferPointer { point in
      unsafe centre.withUnsafeBufferPointer { centre in
        unsafe bits.withUnsafeMutableBufferPointer { bits in
          unsafe epi_encode_difference(point.baseAddress, centre.baseAddress, point.count, bits.baseAddress! + offset, &sums)
        }
      }
    }
    return (sums.squares, sums.magnitudes, sums.centre)
  }

  /// Interleaves 32 codes of `count` bits for a scan, from byte `offset` on.
  static func interleave(_ bits: Span<UInt8>, count: Int, into codes: inout MutableSpan<UInt8>, at offset: Int) {
    precondition(count % 32 == 0 && bits.count == 4 * count && offset >= 0 && codes.count - offset >= 4 * count)
    unsafe bits.withUnsafeBufferPointer { bits in
      unsafe codes.withUnsafeMutableBufferPointer { codes in
        unsafe epi_interleave_codes(bits.baseAddress, count, codes.baseAddress! + offset)
      }
    }
  }

  /// The table by which codes are compared with `query`, and what its entries stand for.
  static func table(for query: Span<Float>, into table: inout MutableSpan<UInt8>) -> (step: Float, offset: Float) {
    precondition(query.count % 32 == 0 && table.count == 4 * query.count)
    var scale = epi_table_scale()
    unsafe query.withUnsafeBufferPointer { query in
      unsafe table.withUnsafeMutableBufferPointer { table in
        unsafe epi_code_table(query.baseAddress, query.count, table.baseAddress, &scale)
      }
    }
    return (scale.step, scale.offset)
  }

  /// Estimates squared distances by batches of the section `codes`.
  /// - Parameters:
  ///   - table: that of the query.
  ///   - estimates: by node.
  ///   - near: by batch, a bit for each node that is set where the estimate is below the scan's limit.
  static func scan(
    _ batches: Range<Int>, _ codes: NodeCodeLayout, _ section: Span<UInt8>, by table: Span<UInt8>, _ scan: epi_scan,
    into estimates: inout MutableSpan<Float>, near: inout MutableSpan<UInt32>
  ) {
    precondition(batches.lowerBound >= 0 && batches.upperBound <= codes.batches && section.count == codes.byteCount)
    precondition(table.count == 4 * codes.dimensions && estimates.count == 32 * codes.batches && near.count == codes.batches)
    var scan = scan
    let first = batches.lowerBound
    unsafe section.withUnsafeBytes { section in
      unsafe table.withUnsafeBufferPointer { table in
        unsafe estimates.withUnsafeMutableBufferPointer { estimates in
          unsafe near.withUnsafeMutableBufferPointer { near in
            let start = section.baseAddress!
            unsafe epi_scan_codes(
              (start + first * codes.batchBytes).assumingMemoryBound(to: UInt8.self), table.baseAddress, codes.dimensions, batches.count,
              (start + codes.additions + first * 128).assumingMemoryBound(to: Float.self),
              (start + codes.factors + first * 128).assumingMemoryBound(to: Float.self), &scan, estimates.baseAddress! + 32 * first,
              near.baseAddress! + first)
          }
        }
      }
    }
  }

  /// The places of the values that are below a limit, in order.
  /// - Returns: how many there are.
  static func places(in values: Span<Float>, below limit: Float, into places: inout MutableSpan<UInt32>) -> Int {
    precondition(places.count >= values.count && values.count % 32 == 0)
    return unsafe values.withUnsafeBufferPointer { values in
      unsafe places.withUnsafeMutableBufferPointer { unsafe epi_places_below(values.baseAddress, values.count, limit, $0.baseAddress) }
    }
  }

  /// Copies bytes to a place of `target`.
  static func copy(_ source: Span<UInt8>, into target: inout MutableSpan<UInt8>, at offset: Int) {
    precondition(offset >= 0 && target.count - offset >= source.count)
    guard !source.isEmpty else { return }
    unsafe source.withUnsafeBytes { source in
      unsafe target.withUnsafeMutableBytes { unsafe $0.baseAddress!.advanced(by: offset).copyMemory(from: source.baseAddress!, byteCount: source.count) }
    }
  }

  /// Asks for a list to be brought near.
  @inline(__always)
  static func prefetch(_ nodes: Span<UInt32>) { unsafe nodes.withUnsafeBytes { unsafe epi_prefetch($0.baseAddress, $0.count) } }

  /// Asks for bytes to be brought near.
  @inline(__always)
  static func prefetch(_ bytes: Span<UInt8>, in range: Range<Int>) {
    let part = bytes.extracting(range)
    unsafe part.withUnsafeBufferPointer { unsafe epi_prefetch($0.baseAddress, $0.count) }
  }
}
