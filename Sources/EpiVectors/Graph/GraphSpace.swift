/// The space in which a graph is built: vectors as points of which squared distances tell who is near, rotated, relative to a centre.
///
/// For the metric dot every vector gets one number more, √(bound - |p|²), and every query a zero: then |p - q|² is bound + |q|² - 2 <p, q>,
/// and the nearest point has the greatest product (Neyshabur and Srebro, 2015).
struct GraphSpace {
  let form: VectorForm
  let rotation: Rotation
  /// The centre of all vectors, rotated.
  var centre: [Float]
  /// For dot the greatest square of a vector's length; else 0.
  let bound: Float

  init(form: VectorForm, rotation: Rotation, centre: [Float], bound: Float) {
    self.form = form
    self.rotation = rotation
    self.centre = centre
    self.bound = bound
  }

  var dimensions: Int { rotation.dimensions }

  /// Numbers of a vector before it is rotated.
  var flatDimensions: Int { Self.flatDimensions(of: form) }

  static func flatDimensions(of form: VectorForm) -> Int { form.dimensions + (form.metric == .dot ? 1 : 0) }

  /// The point of a slot, not rotated.
  /// - Parameter flat: takes `flatDimensions` numbers.
  func flatten(_ slot: Span<UInt8>, into flat: inout [Float]) {
    var values = flat.mutableSpan
    DistanceKernel.decode(slot, form: form, into: &values)
    if form.metric == .dot { flat[form.dimensions] = max(0, bound - Self.square(flat.span.extracting(first: form.dimensions))).squareRoot() }
  }

  /// The point of a slot.
  /// - Parameter flat: a buffer of `flatDimensions` numbers.
  func place(_ slot: Span<UInt8>, by flat: inout [Float], at target: inout MutableSpan<Float>) {
    flatten(slot, into: &flat)
    rotation.apply(to: flat.span, into: &target)
    for index in 0..<centre.count { target[index] -= centre[index] }
  }

  /// The point of a query.
  func place(query: Span<Float>, times scale: Float, at target: inout MutableSpan<Float>) {
    rotation.apply(to: query.extracting(first: form.dimensions), into: &target)
    for index in 0..<centre.count { target[index] = target[index] * scale - centre[index] }
  }

  /// For dot a factor by which a query is made longer, which changes no order, and the numbers that give the squared distance of that
  /// query and a vector: base - slope · product.
  ///
  /// The error of an estimate grows with the distance of query and node, the differences that matter with the query's length: so a
  /// query much longer than the vectors is told best.
  func scaling(of query: Span<Float>) -> (scale: Float, base: Float, slope: Float) {
    let square = Self.square(query)
    let scale = Self.queryLength * (bound / square).squareRoot()
    return (scale, bound + scale * scale * square, 2 * scale)
  }

  /// In units of the longest vector's.
  private static let queryLength: Float = 4

  /// The greatest square of the length of one of the vectors.
  static func bound(of rows: borrowing IndexedRows, _ nodes: borrowing DistinctVectors) -> Float {
    guard rows.form.metric == .dot else { return 0 }
    var vector = [Float](repeating: 0, count: rows.dimensions)
    var bound: Float = 0
    for row in nodes.representatives {
      var values = vector.mutableSpan
      DistanceKernel.decode(rows.slot(Int(row)), form: rows.form, into: &values)
      bound = max(bound, square(vector.span))
    }
    return bound
  }

  static func square(_ vector: Span<Float>) -> Float { DistanceKernel.dot(vector, vector) }
}
