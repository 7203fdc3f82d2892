package import EpiBytes
internal import EpiJSON

/// Writes the control lines of a row stream (epi-rows.5), keys in fixed order.
package enum RowWriter {
  /// `{"epi":1,"begin":{"mode":…}}`
  package static func appendBegin(_ begin: StreamBegin, to writer: inout ByteWriter) {
    writer.append("{\"epi\":1,\"begin\":{\"mode\":\"")
    writer.append(begin.mode.rawValue)
    writer.append("\"")
    if let since = begin.since {
      writer.append(",\"since\":")
      JSONWriter.appendString(since, to: &writer)
    }
    writer.append("}}\n")
  }

  /// `{"epi":1,"table":…,"fields":[…]}`; of a field's keys only those that say something.
  package static func appendSchema(_ schema: TableSchema, to writer: inout ByteWriter) {
    writer.append("{\"epi\":1,\"table\":")
    JSONWriter.appendString(schema.name, to: &writer)
    writer.append(",\"fields\":")
    append(schema.fields, to: &writer)
    writer.append("}\n")
  }

  /// `{"epi":1,"kv":[…]}`: the definitions of settings. It stands in files of definitions only.
  package static func appendSettings(_ settings: [FieldDefinition], to writer: inout ByteWriter) {
    writer.append("{\"epi\":1,\"kv\":")
    append(settings, to: &writer)
    writer.append("}\n")
  }

  private static func append(_ fields: [FieldDefinition], to writer: inout ByteWriter) {
    writer.append(UInt8(ascii: "["))
    for (index, field) in fields.enumerated() {
      if index > 0 { writer.append(UInt8(ascii: ",")) }
      append(field, to: &writer)
    }
    writer.append(UInt8(ascii: "]"))
  }

  private static func append(_ field: FieldDefinition, to writer: inout ByteWriter) {
    writer.append("{\"id\":")
    JSONWriter.appendString(field.name, to: &writer)
    writer.append(",\"type\":\"")
    writer.append(field.type.rawValue)
    writer.append("\"")
    if field.isNullable { writer.append(",\"nullable\":true") }
    for (name, json) in [("default", field.defaultJSON), ("options", field.optionsJSON), ("schema", field.schemaJSON)] {
      guard let json else { continue }
      writer.append(",\"\(name)\":")
      writer.append(json)
    }
    if let dimensions = field.dimensions {
      writer.append(",\"dimensions\":")
      writer.append(decimal: dimensions)
    }
    if let element = field.element { writer.append(",\"element\":\"\(element.rawValue)\"") }
    writer.append("}")
  }

  /// `{"epi":1,"end":{…}}`
  package static func appendEnd(_ end: StreamEnd, to writer: inout ByteWriter) {
    writer.append("{\"epi\":1,\"end\":{\"rows\":")
    writer.append(decimal: end.rows)
    if let deleted = end.deleted {
      writer.append(",\"deleted\":")
      writer.append(decimal: deleted)
    }
    writer.append(",\"tables\":")
    writer.append(decimal: end.tables)
    writer.append(",\"pending\":")
    writer.append(decimal: end.pending)
    if let state = end.state {
      writer.append(",\"state\":")
      JSONWriter.appendString(state, to: &writer)
    }
    if let hash = end.hash {
      writer.append(",\"hash\":")
      JSONWriter.appendString(hash, to: &writer)
    }
    writer.append("}}\n")
  }
}
