internal import EpiBytes

/// Where the rows of an application of its own lie: the argument of `--layout=path=…` (epi-ydecode.1).
///
///     todos.*                                   the members of the root 'todos'
///     boards.*.cards.*                          the cards of all boards
///     {table}.rows.*                            tables by the names of roots
///     tl_room.*.val,id=key,split=val.typeName   pairs of key and value, a table for each kind of record
package struct RowPath: Sendable {
  enum Step: Sendable {
    /// One key, or one index of a list.
    case key([UInt8])
    /// All keys that match.
    case each(Glob)
    /// Every key; it names the table.
    case table
    /// Every key; it is the id.
    case id
    /// Any number of levels.
    case descendants
  }

  /// What a person wrote, for messages.
  package let text: String
  let steps: [Step]
  /// The step whose keys tell rows apart: the last one that takes more than one key (behind `**`: the one that follows), else the last.
  let rowStep: Int
  /// The step whose key alone is the id; nil when several are, or a field is.
  let idStep: Int?
  /// The step whose key names the table; nil when `table` or `split` does.
  let tableStep: Int?
  /// Leads from what the row step found to the value that is the id; empty when keys are the id.
  let idField: [[UInt8]]
  /// Leads to the value that names the row's table; empty when something else does.
  let splitField: [[UInt8]]
  /// The name of the table.
  let table: [UInt8]?

  /// Reads what follows `path=`.
  package init(_ text: String) throws(LayoutError) {
    self.text = text
    let parts = Self.split(Array(text.utf8), at: UInt8(ascii: ","))
    var steps: [Step] = []
    for word in Self.split(parts[0], at: UInt8(ascii: ".")) { steps.append(try Self.step(word, of: text)) }
    var table: [UInt8]?
    var fields: [String: [[UInt8]]] = [:]
    for part in parts.dropFirst() {
      guard let equals = part.firstIndex(of: UInt8(ascii: "=")) else { throw Self.fault(text, "'\(Self.string(part))' is no NAME=VALUE") }
      let name = Self.string(part[..<equals])
      let value = Array(part[(equals + 1)...])
      switch name {
      case "table": table = try Self.literal(value, of: text)
      case "id", "split":
        var keys: [[UInt8]] = []
        for word in Self.split(value, at: UInt8(ascii: ".")) { keys.append(try Self.literal(word, of: text)) }
        fields[name] = keys
      default: throw Self.fault(text, "'\(name)' is none of 'id', 'table' and 'split'")
      }
    }
    self.steps = steps
    self.table = table
    idField = fields["id"] ?? []
    splitField = fields["split"] ?? []

    func places(_ isWanted: (Step) -> Bool) -> [Int] { steps.indices.filter { isWanted(steps[$0]) } }
    let descents = places { if case .descendants = $0 { true } else { false } }
    guard descents.count <= 1 else { throw Self.fault(text, "'**' stands there twice") }
    guard descents != [steps.count - 1] else { throw Self.fault(text, "nothing follows '**'") }
    let last = places { if case .key = $0 { false } else { true } }.last
    rowStep = last.map { descents == [$0] ? $0 + 1 : $0 } ?? steps.count - 1

    let tableSteps = places { if case .table = $0 { true } else { false } }
    let namings = tableSteps.count + (table == nil ? 0 : 1) + (splitField.isEmpty ? 0 : 1)
    guard namings <= 1 else { throw Self.fault(text, "the table is named twice") }
    let idSteps = places { if case .id = $0 { true } else { false } }
    guard idSteps.count + (idField.isEmpty ? 0 : 1) <= 1 else { throw Self.fault(text, "the id is named twice") }
    idStep = idSteps.first
    if namings == 1 {
      tableStep = tableSteps.first
    } else {
      // The key in front of the row step; `**` has none.
      let front = steps[..<rowStep].lastIndex { if case .descendants = $0 { false } else { true } }
      guard let front else {
        throw LayoutError(
          message: "in the path '\(text)' no step names the table",
          hint: "rows lie below what names them, as in 'path=\(text).*'; or name the table: 'path=\(text),table=NAME'")
      }
      tableStep = front
    }
  }

  // MARK: Reading

  /// Cuts at a byte that no backslash precedes; backslashes stay, for the patterns.
  private static func split(_ text: [UInt8], at separator: UInt8) -> [[UInt8]] {
    var parts: [[UInt8]] = [[]]
    var isEscaped = false
    for byte in text {
      if byte == separator, !isEscaped {
        parts.append([])
      } else {
        parts[parts.count - 1].append(byte)
      }
      isEscaped = byte == UInt8(ascii: "\\") && !isEscaped
    }
    return parts
  }

  private static func step(_ word: [UInt8], of text: String) throws(LayoutError) -> Step {
    switch string(word) {
    case "**": return .descendants
    case "{table}": return .table
    case "{id}": return .id
    default:
      if word.first == UInt8(ascii: "{") {
        throw fault(text, "'\(string(word))' is neither '{table}' nor '{id}'; a key that begins with '{' is written '\\{'")
      }
      let glob = Glob(word)
      if let key = glob.literal { return .key(key) }
      return .each(glob)
    }
  }

  private static func literal(_ word: [UInt8], of text: String) throws(LayoutError) -> [UInt8] {
    guard let name = Glob(word).literal, !name.isEmpty else {
      throw fault(text, "'\(string(word))' is no name; '*', '?' and '[' stand for themselves behind a backslash")
    }
    return name
  }

  private static func fault(_ text: String, _ what: String) -> LayoutError {
    LayoutError(message: "in the path '\(text)' \(what)", hint: "paths are described in epi-ydecode(1)")
  }

  private static func string(_ bytes: some Collection<UInt8>) -> String { String(decoding: bytes, as: UTF8.self) }
}
