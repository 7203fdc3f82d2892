/// An FTS5 table over columns of a table, which goes on holding the text (external content).
///
/// No trigger keeps the two in step: the only one to change the table is this program, which does so itself.
struct FullTextIndex {
  let name: String
  private let table: String
  private let columns: String

  init(of plan: TablePlan, _ columns: [ColumnPlan]) {
    name = "\(plan.name)_fts"
    table = SQLText.name(plan.name)
    self.columns = columns.map { SQLText.name($0.name) }.joined(separator: ", ")
  }

  /// The statements that make it, when the rows are there.
  var createSQL: [String] {
    [
      "CREATE VIRTUAL TABLE \(SQLText.name(name)) USING fts5(\(columns), content=\(table), content_rowid='rowid')",
      "INSERT INTO \(SQLText.name(name)) (\(SQLText.name(name))) VALUES ('rebuild')",
    ]
  }

  /// Takes rows out, before they are changed or deleted; a WHERE clause is to follow.
  var forgetSQL: String {
    "INSERT INTO \(SQLText.name(name)) (\(SQLText.name(name)), rowid, \(columns)) SELECT 'delete', rowid, \(columns) FROM \(table)"
  }

  /// Takes rows in, after they were changed or inserted; a WHERE clause is to follow.
  var learnSQL: String { "INSERT INTO \(SQLText.name(name)) (rowid, \(columns)) SELECT rowid, \(columns) FROM \(table)" }
}
