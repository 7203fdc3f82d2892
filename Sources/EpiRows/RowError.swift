/// Why a row stream could not be read, and where.
package struct RowError: Error, Equatable {
  /// Number of the line in its input, from 1.
  package var line: Int
  /// Byte of the line, from 1; nil when the whole line is meant.
  package var column: Int?
  package var message: String
  package var hint: String?

  package init(line: Int, column: Int? = nil, _ message: String, hint: String? = nil) {
    self.line = line
    self.column = column
    self.message = message
    self.hint = hint
  }

  /// `FILE:LINE` or `FILE:LINE:COLUMN`; only `FILE` before the first line.
  package func place(in file: String) -> String {
    line == 0 ? file : "\(file):\(line)" + (column.map { ":\($0)" } ?? "")
  }
}
