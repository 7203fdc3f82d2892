internal import EpiBytes
internal import EpiJSON

/// What a row must be like to fit its table's schema, made ready to be asked of every row.
///
/// The names of a row's fields are looked up once for all rows that follow each other with the same names; from then on most values
/// are accepted by their kind alone, with one test of a bit.
struct TableRules {
  let schema: TableSchema
  /// Paths of keywords in JSON Schemas that are not checked: `extra.pattern`.
  private var ignoredKeywords: [String] = []
  private let names: NameSet
  private var rules: [FieldRule] = []

  // Of the rows with the names of the last one.
  private var shape = -1
  /// For each field of the row, what it may be: the low half accepts by the kind alone, the high half after a look.
  private var kinds: [UInt32] = []
  /// For each field of the row the index of its rule; -1 when the schema does not name it.
  private(set) var ruleOfField: [Int] = []
  /// The first rule for a field that the row lacks and must have.
  private var missing: Int?
  /// Whether the row lacks fields that have defaults.
  private(set) var lacksDefaults = false

  /// Rules for fields that must be there, and for those that have defaults, in order.
  private var required: [Int] = []
  private var defaulted: [Int] = []
  /// For each rule the last of the settled shapes that has its field.
  private var seen: [Int] = []
  private var settled = 0

  init(_ schema: TableSchema) {
    self.schema = schema
    names = NameSet(schema.fields.map { Array($0.name.utf8) })
    for field in schema.fields {
      let rule = FieldRule(field)
      ignoredKeywords += (rule.schema?.ignored ?? []).map { field.name + $0 }
      if rule.mustBePresent { required.append(rules.count) }
      if rule.hasDefault { defaulted.append(rules.count) }
      rules.append(rule)
    }
    seen = Array(repeating: 0, count: rules.count)
  }

  /// What is to be told of the schema: JSON Schemas say more than is checked.
  var remark: String? {
    guard !ignoredKeywords.isEmpty else { return nil }
    let list = ignoredKeywords.prefix(8).map { "'\(ShortText.of($0))'" }.joined(separator: ", ") + (ignoredKeywords.count > 8 ? ", …" : "")
    return "the JSON Schemas of table '\(ShortText.of(schema.name))' use what is not checked: \(list)"
  }

  /// The rows to come are another reader's, whose shapes are not those of the one before.
  mutating func forgetShape() { shape = -1 }

  /// Why the reader's current row does not fit; nil when it does. A row has the fields that it lacks and that have a default.
  /// - Complexity: O(fields) for a row with the names of the one before and no strings to be compared.
  mutating func fault(in reader: borrowing RowReader) -> FieldFault? {
    if shape != reader.shape { settle(reader) }
    let fields = reader.fields
    for index in fields.indices {
      let bit = fields[index].value.kind.bit
      if kinds[index] & bit != 0 { continue }
      let rule = ruleOfField[index]
      if kinds[index] & bit &<< 16 != 0, rules[rule].takes(fields[index].value, of: reader) { continue }
      return rules[rule].fault(of: fields[index].value, in: reader)
    }
    return missing.map { FieldFault(field: schema.fields[$0].name, kind: .missing, expected: rules[$0].words, got: "none") }
  }

  /// Why a value does not fit the field with the name `reader.input[name]`; nil when it does, or nothing is said of that field.
  func fault(ofFieldNamed name: RowValue, value: RowValue, in reader: borrowing RowReader) -> FieldFault? {
    var text = ByteWriter(capacity: 64)
    reader.appendText(of: name, to: &text)
    guard let index = names.index(of: 0..<text.count, in: text.span) else { return nil }
    return rules[index].fits(value, of: reader) ? nil : rules[index].fault(of: value, in: reader)
  }

  /// Looks up the names of a row.
  /// - Complexity: O(n log m) comparisons of n names with m; where the row does not lack a field, however many the schema has
  private mutating func settle(_ reader: borrowing RowReader) {
    shape = reader.shape
    settled += 1
    kinds.removeAll(keepingCapacity: true)
    ruleOfField.removeAll(keepingCapacity: true)
    var next = 0
    var requiredCount = 0
    var defaultedCount = 0
    for field in reader.fields {
      guard let index = index(of: field, after: next, in: reader) else {
        kinds.append(FieldRule.anything)
        ruleOfField.append(-1)
        continue
      }
      seen[index] = settled
      if rules[index].mustBePresent { requiredCount += 1 }
      if rules[index].hasDefault { defaultedCount += 1 }
      next = index + 1
      kinds.append(rules[index].kinds)
      ruleOfField.append(index)
    }
    missing = requiredCount == required.count ? nil : required.first { seen[$0] != settled }
    lacksDefaults = defaultedCount < defaulted.count
  }

  /// The fields of a row that fits, in the order of the schema, and among them the defaults of those that it lacks; then the fields
  /// that the schema does not name.
  var completed: [(rule: Int, place: Int?)] {
    let present = ruleOfField.indices.map { (rule: ruleOfField[$0] < 0 ? rules.count + $0 : ruleOfField[$0], place: Optional($0)) }
    let lacking = defaulted.filter { seen[$0] != settled }.map { (rule: $0, place: Int?.none) }
    return (present + lacking).sorted { $0.rule < $1.rule }
  }

  private func index(of field: RowField, after next: Int, in reader: borrowing RowReader) -> Int? {
    guard field.nameHasEscapes else {
      if names.isName(next, field.name.bounds, in: reader.input.span) { return next }
      return names.index(of: field.name.bounds, in: reader.input.span)
    }
    var name = ByteWriter(capacity: 64)
    reader.appendName(of: field, to: &name)
    return names.index(of: 0..<name.count, in: name.span)
  }

  /// Why a field's own default does not fit; nil when it does.
  static func faultOfDefault(of field: FieldDefinition) -> FieldFault? {
    guard let json = field.defaultJSON else { return nil }
    var reader = RowReader()
    reader.input.append("{\"kv\":\"\",\"value\":")
    reader.input.append(json)
    reader.input.append("}\n")
    guard (try? reader.next()) == .setting, let value = reader.settingValue else { return nil }
    let rule = FieldRule(field)
    return rule.fits(value, of: reader) ? nil : rule.fault(of: value, in: reader)
  }
}
