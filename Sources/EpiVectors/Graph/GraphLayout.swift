/// Where the parts of a node's block lie (epi-snapshot.5): its vector's slot, the numbers of its neighbours, and what is kept of each
/// neighbour to tell from here how near it is.
struct GraphLayout: Equatable, Sendable {
  let form: VectorForm
  let neighbors: Int
  /// How neighbours are kept: `float1bit` is a code relative to the node with two numbers, another type a slot of its own, nil nothing.
  let code: ElementType?

  /// The dimensions of one-bit codes.
  let codeDimensions: Int

  /// - Parameter codeDimensions: nil: as few as there can be. Older files have more.
  init(form: VectorForm, neighbors: Int, code: ElementType?, codeDimensions: Int? = nil) {
    self.form = form
    self.neighbors = neighbors
    self.code = code
    self.codeDimensions = codeDimensions ?? Rotation.paddedDimensions(GraphSpace.flatDimensions(of: form))
  }

  var batches: Int { neighbors / GraphOptions.batch }

  /// The form of neighbours that are kept as slots.
  var codeForm: VectorForm? {
    guard let code, code != .float1bit else { return nil }
    return VectorForm(metric: form.metric, element: code, dimensions: form.dimensions)
  }

  var slotBytes: Int { form.slotBytes }
  /// What follows the vector.
  var edgeBytes: Int {
    if let codeForm { return neighbors * (4 + codeForm.slotBytes) }
    return code == nil ? neighbors * 4 : neighbors * 12 + neighbors * codeDimensions / 8
  }
  var blockBytes: Int { slotBytes + edgeBytes }

  // Offsets behind the vector.
  var additions: Int { neighbors * 4 }
  var factors: Int { neighbors * 8 }
  /// Of one-bit codes.
  var codes: Int { neighbors * 12 }
  /// Of slots.
  var codeSlots: Int { neighbors * 4 }
}
