package import EpiRows
package import EpiYjs

// What of a workspace is printed.

extension Workspace {
  /// Keeps the tables that are wanted, and the settings, with what they are, unless tables are named.
  package mutating func keep(_ selection: inout TableSelection, of document: borrowing Document) {
    var kept: [Table] = []
    for table in tables {
      if selection.selects(document.names, in: document.nameRange(ofKey: table.name)) {
        kept.append(table)
      } else {
        unselectedTables.insert(table.name)
      }
    }
    tables = kept
    printsSettings = selection.includesSettings
    if !printsSettings {
      settings = []
      settingDefinitions = []
    }
  }

  /// Keeps the settings only.
  package mutating func keepSettings() {
    tables = []
    printsTables = false
  }

  /// Whether a table of the document is not printed.
  func leavesOut(_ table: UInt32) -> Bool { !printsTables || unselectedTables.contains(table) }

  /// Names of the tables, in order.
  package func tableNames(_ document: borrowing Document) -> [String] {
    var names: [String] = []
    for table in tables { names.append(document.text(ofKey: table.name)) }
    return names
  }
}
