/// The numbers of epi-snapshot.5, which describes every byte.
package enum SnapshotFormat {
  /// A byte that is no ASCII, the name, and line ends that a transfer in text mode would change.
  static let magic: [UInt8] = [0x89, 0x45, 0x50, 0x49, 0x0d, 0x0a, 0x1a, 0x0a]
  package static let version: UInt16 = 2
  /// Reads as this value only where the least significant byte comes first.
  static let byteOrderMark: UInt32 = 0x0102_0304

  /// Bytes of the head, its checksum included.
  static let headSize = 256
  package static let maximumLabelBytes = 128
  /// Bytes of an entry of the section table, which begins behind the head.
  static let sectionEntrySize = 40
  static let maximumSectionNameBytes = 16
  static let maximumSections = 64
  /// Sections begin at multiples of this, the size of a memory page.
  static let pageSize = 4096

  /// Row numbers have 32 bits.
  package static let maximumRows = Int(UInt32.max)

  /// Numbers of a query with the zeros that kernels read behind it: `dimensions` rounded up to a multiple of 16.
  package static func vectorStride(dimensions: Int) -> Int { (dimensions + 15) & ~15 }

  static func pageAligned(_ offset: Int) -> Int { (offset + pageSize - 1) & ~(pageSize - 1) }
}

/// What a snapshot holds beside vectors.
package enum SnapshotKind: UInt8, CaseIterable, Sendable {
  /// Vectors only; a search measures each.
  case exact = 1
  /// Vectors and a graph of neighbours.
  case graph = 2

  package var name: String {
    switch self {
    case .exact: "exact"
    case .graph: "graph"
    }
  }
}
