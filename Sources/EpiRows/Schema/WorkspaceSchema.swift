/// What the tables and the settings of a workspace are.
package struct WorkspaceSchema: Equatable, Sendable {
  package var tables: [TableSchema]
  /// Definitions of settings, by their keys.
  package var settings: [FieldDefinition]

  package init(tables: [TableSchema] = [], settings: [FieldDefinition] = []) {
    self.tables = tables
    self.settings = settings
  }

  /// The schema of the table with this name, byte by byte.
  /// - Complexity: O(tables)
  package func table(named name: String) -> TableSchema? {
    tables.first { $0.name.utf8.elementsEqual(name.utf8) }
  }
}
