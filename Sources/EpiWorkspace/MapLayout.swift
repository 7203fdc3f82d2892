internal import EpiBytes
internal import EpiRows
internal import EpiYjs

// The layout `maps`: root map `tables`, table → row id → field → cell; root maps `schema` and `kv` beside it.

extension Workspace {
  mutating func readMaps(_ document: borrowing Document, _ bytes: Span<UInt8>) throws(DecodingError) {
    var found: [Table] = []
    if let root = document.root(named: "tables") {
      document.forEachEntry(of: root) { name, value in
        guard case .type(let rows) = value.content else { return }
        var table = Table(name: name)
        document.forEachEntry(of: rows) { id, row in
          // A row that is no map is none.
          if case .type(let cells) = row.content, document.isMap(cells) { table.rows.append(Row(id: id, fields: .map(cells))) }
        }
        found.append(table)
      }
    }
    var schemas = try readSchemas(document, bytes)
    for index in found.indices { found[index].schema = schemas.removeValue(forKey: found[index].name) }
    // A table that is defined and has no rows is a table too.
    for (name, schema) in schemas { found.append(Table(name: name, schema: schema)) }
    tables = found.filter { !$0.rows.isEmpty || $0.schema != nil }

    if let kv = document.root(named: "kv") {
      var found: [Setting] = []
      document.forEachEntry(of: kv) { found.append(Setting(name: $0, value: .member($1))) }
      settings = found
    }
  }
}
