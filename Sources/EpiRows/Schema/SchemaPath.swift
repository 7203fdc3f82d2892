/// Where something lies in the JSON of a schema: `$.tables.posts.fields[2].type`.
package enum SchemaPath {
  /// One step down, to the entry with this name: `.name`, or `["a name"]` where it is no plain word.
  package static func step(to name: String) -> String {
    let isWord = !name.isEmpty && name.utf8.allSatisfy { byte in
      (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- 0x30 <= 9 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
    }
    let short = ShortText.of(name)
    return isWord ? ".\(short)" : "[\"\(short)\"]"
  }
}
