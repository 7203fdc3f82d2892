internal import EpiBytes
internal import EpiRows
package import EpiYjs

/// The tables of a document, ready to be printed: by name, their rows by id, both byte by byte.
///
/// Names and ids are keys of the document; values stay where they are in it and in the input.
package struct Workspace {
  /// A row: its id, and where its fields lie.
  struct Row {
    var id: UInt32
    var fields: Fields

    enum Fields {
      /// A map of cells.
      case map(SharedType)
      /// A plain object.
      case object(ByteRange)
      /// Cells `first..<first + count` of the table.
      case cells(first: UInt32, count: UInt32)
      /// An XML element: its name, attributes and text.
      case element(SharedType)
      /// Anything else: the only field, `value`.
      case value(Value)
    }
  }

  /// A field of a row that is put together from cells.
  struct Cell {
    var column: UInt32
    var value: ByteRange
  }

  struct Table {
    var name: UInt32
    var schema: TableSchema?
    var rows: [Row] = []
    var cells: [Cell] = []
  }

  /// A workspace setting.
  struct Setting {
    var name: UInt32
    var value: Value
  }

  /// Where a value lies: it is a unit of the document, or an Any inside one, or a shared type or what an XML element has.
  enum Value {
    case member(Member)
    case plain(ByteRange)
    case type(SharedType)
    case nodeName(SharedType)
    case attributes(SharedType)
    case textContent(SharedType)
  }

  var tables: [Table] = []
  package var tableCount: Int { tables.count }
  var settings: [Setting] = []
  /// What the settings are, by their keys.
  var settingDefinitions: [FieldDefinition] = []
  /// Tables that the document has and that are not printed.
  var unselectedTables: Set<UInt32> = []
  var printsTables = true
  var printsSettings = true
  /// How the tables were found to lie in the document; never `.auto`.
  package let layout: LayoutChoice
  /// What was found odd and left out, for a person to read.
  package internal(set) var warnings: [String] = []
  /// Rows that were left out because nothing is their id or names their table.
  package internal(set) var skippedRows = 0

  /// Finds the tables of a document.
  /// - Parameters:
  ///   - document: names that lie inside values become keys of it.
  ///   - paths: of the layout `path`.
  ///   - workers: read what can be read in pieces.
  /// - Throws: when the layout is to be found and none fits, or two do; when no path leads anywhere.
  package init<Workers: PieceWorkers>(
    _ document: inout Document, layout: LayoutChoice, paths: [RowPath] = [], _ bytes: Span<UInt8>, workers: Workers = OneWorker()
  ) throws(LayoutError) {
    let layout = layout == .auto ? try LayoutChoice.detect(in: document, bytes) : layout
    self.layout = layout
    if layout == .path { try readPaths(paths, &document, bytes) }
    do {
      switch layout {
      case .auto, .none, .path: break
      case .maps: try readMaps(document, bytes)
      case .lwwRows, .kvRows: try readEntryRows(&document, bytes, timed: layout == .lwwRows, workers)
      case .lwwCells: try readEntryCells(&document, bytes, workers)
      }
    } catch {
      throw LayoutError(message: error.message, hint: "the document holds a value that cannot be read")
    }
    document.sortByName(&tables) { $0.name }
    document.sortByName(&settings) { $0.name }
    for index in tables.indices { document.sortByName(&tables[index].rows) { $0.id } }
  }
}
