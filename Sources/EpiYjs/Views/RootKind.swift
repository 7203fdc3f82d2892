internal import EpiBytes

/// As what a root is to be read. Only its name is on the wire; the application decides, or its content tells.
package enum RootKind: String, Sendable, CaseIterable {
  case map
  case array
  case text
  case xml
  case xmlelement
  case xmltext
}

extension Document {
  /// What the content of a root tells of its kind (yjs-format section 19); nil when it tells nothing: an emptied list or text.
  package func inferredKind(of root: SharedType) -> RootKind? {
    var hasText = false
    var hasElements = false
    var hasOtherTypes = false
    var index = store.types.records[root.index].start
    while index != none {
      let block = store.blocks[index]
      index = block.right
      guard !block.isDeleted else { continue }
      switch block.kind {
      case .any, .json, .binary, .document: return .array
      case .string, .format, .embed: hasText = true
      case .type:
        switch store.types.records[block.extra].kind {
        case .xmlElement, .xmlText, .xmlHook: hasElements = true
        default: hasOtherTypes = true
        }
      case .gc, .deleted: break
      }
    }
    if hasText { return .text }
    if hasOtherTypes { return .array }
    if hasElements { return .xml }
    return store.types.records[root.index].firstEntry != none ? .map : nil
  }
}
