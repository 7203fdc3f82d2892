internal import EpiBytes
internal import EpiCommand
internal import EpiRows
internal import EpiWorkspace
internal import EpiYjs

/// `--print-schema`: the definitions of all tables and settings, in the shape that `--schema` takes (epi-rows.5). What nobody has
/// defined is inferred from all rows.
struct SchemaPrinter: ~Copyable {
  private var reader = RowReader()
  private var inference = SchemaInference()
  /// By the reader's numbers for the tables.
  private var known: [Int: TableSchema] = [:]

  static func print(
    _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, of input: String
  ) throws(RowOutput.Failure) {
    var printer = SchemaPrinter()
    var rows = RowPrinter()
    for piece in workspace.pieces(ofRows: .max) {
      rows.begin(piece, of: workspace, document)
      while try RowOutput.printLine(&rows, workspace, document, bytes, to: &printer.reader.input) {
        do {
          try printer.takeLine()
        } catch {
          throw .tool(ToolFailure(.malformedInput, at: input, error.message))
        }
      }
    }
    do throws(ToolFailure) {
      try printer.write(settings: workspace.schema().settings)
    } catch {
      throw .tool(error)
    }
  }

  /// - Parameter settings: what they are defined to be; when empty, they are inferred.
  private borrowing func write(settings: [FieldDefinition]) throws(ToolFailure) {
    var output = OutputStream()
    for (table, name) in reader.tables.enumerated() {
      RowWriter.appendSchema(known[table] ?? inference.schema(ofTable: table, named: name), to: &output.writer)
      try output.drain()
    }
    let all = settings.isEmpty ? inference.settingDefinitions : settings
    if !all.isEmpty { RowWriter.appendSettings(all, to: &output.writer) }
    try output.finish()
  }

  private mutating func takeLine() throws(RowError) {
    while let event = try reader.next() {
      switch event {
      case .schema(let schema): known[reader.table] = schema
      case .row where known[reader.table] == nil: inference.addRow(of: reader)
      case .setting: inference.addSetting(of: reader)
      default: break
      }
    }
  }
}
