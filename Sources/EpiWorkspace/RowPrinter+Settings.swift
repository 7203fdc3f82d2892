internal import EpiBytes
internal import EpiYjs

extension RowPrinter {
  /// Prints all settings as one object, a line.
  func printSettings(
    _ workspace: borrowing Workspace, _ document: borrowing Document, _ bytes: Span<UInt8>, to writer: inout ByteWriter
  ) throws(DecodingError) {
    writer.append("{")
    var isFirst = true
    for setting in workspace.settings where !setting.value.isUndefined(document, bytes) {
      if !isFirst { writer.append(",") }
      isFirst = false
      Self.appendName(setting.name, document, to: &writer)
      writer.append(":")
      try append(setting.value, document, bytes, to: &writer)
    }
    writer.append("}\n")
  }
}
