/// What the tables and the settings of a workspace are.
package struct WorkspaceSchema: Equatable, Sendable {
  package var tables: [TableSchema]
  /// Definitions of settings, by their keys.
  package var settings: [FieldDefinition]

  package init(tables: [TableSchema] = [], settings: [FieldDefinition] = []) {
    self.tables = tables
    self.settings = settings
  }
}
