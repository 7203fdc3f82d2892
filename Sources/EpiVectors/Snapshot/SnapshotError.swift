/// Why a file is no usable snapshot.
package struct SnapshotError: Error, Equatable {
  package enum Code: Equatable, Sendable {
    case notASnapshot
    case cutShort(bytes: Int)
    case unsupportedVersion(Int)
    case byteOrder
    case headChecksum
    case headField(String)
    /// Written by a later version: the kind of the index, or its element type.
    case unsupported(String)
    case fileLength(found: Int, wanted: Int)
    case tableChecksum
    case sectionBounds(String)
    case sectionMissing(String)
    case sectionLength(String, found: Int, wanted: Int)
    /// Offsets inside a section that run backwards or beyond it; `item` counts from 0.
    case sectionOffsets(String, item: Int)
    case sectionText(String, item: Int)
    /// Found by a check only.
    case sectionChecksum(String)
    /// Bytes before the section that belong to none and are not 0.
    case sectionPadding(String)
    case rowOrder(row: Int)
    case vectorForm(row: Int)
    case contentHash
    case graphField(String)
    case neighbor(node: Int)
    case nodeRows(node: Int)
    case unreachable(nodes: Int)
    /// Not made of the column that is wanted.
    case otherColumn(String)
  }

  package var code: Code

  @inline(never)
  package init(_ code: Code) { self.code = code }

  /// Lower case, no full stop, without the file's name.
  package var message: String {
    switch code {
    case .notASnapshot: "is not a snapshot of epi-index"
    case .cutShort(let bytes): "is cut short: \(bytes) bytes are fewer than the \(SnapshotFormat.pageSize) of its first page"
    case .unsupportedVersion(let version): "has format version \(version), this program reads version \(SnapshotFormat.version)"
    case .byteOrder: "has another byte order"
    case .headChecksum: "is damaged: the head does not match its checksum"
    case .headField(let name): "is damaged: the head's \(name) is out of range"
    case .unsupported(let what): "needs a later version of this program: \(what)"
    case .fileLength(let found, let wanted): "has \(found) bytes, its head says \(wanted)"
    case .tableChecksum: "is damaged: the section table does not match its checksum"
    case .sectionBounds(let name): "is damaged: section '\(name)' does not lie where one may"
    case .sectionMissing(let name): "has no section '\(name)'"
    case .sectionLength(let name, let found, let wanted): "is damaged: section '\(name)' has \(found) bytes, the counts ask for \(wanted)"
    case .sectionOffsets(let name, let item): "is damaged: the offsets of item \(item) in section '\(name)' are out of range"
    case .sectionText(let name, let item): "is damaged: item \(item) of section '\(name)' is not valid text"
    case .sectionChecksum(let name): "is damaged: section '\(name)' does not match its checksum"
    case .sectionPadding(let name): "is damaged: the bytes before section '\(name)' are not all 0"
    case .rowOrder(let row): "is damaged: row \(row) is not in its place by table and id"
    case .vectorForm(let row): "is damaged: the vector of row \(row) is not in the form the metric asks for"
    case .graphField(let name): "is damaged: the graph's \(name) is out of range"
    case .neighbor(let node): "is damaged: node \(node) has a neighbour that does not exist, or no number for it"
    case .nodeRows(let node): "is damaged: the rows of node \(node) are not in their order"
    case .unreachable(let nodes): "is damaged: \(nodes) nodes of the graph cannot be reached"
    case .otherColumn(let name): "is of column '\(name)', not of the one that is wanted"
    case .contentHash: "is damaged: the rows do not match their hash"
    }
  }

  package var hint: String { "rebuild it with epi-index" }
}
