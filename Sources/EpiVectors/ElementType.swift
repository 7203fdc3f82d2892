/// How one number of a stored vector is kept. The raw values are those of the vector blobs of the SQL functions, and the ones on
/// the disk (epi-snapshot.5); they never change.
package enum ElementType: UInt8, CaseIterable, Sendable {
  case float32 = 1
  case float64 = 2
  case float1bit = 3
  case float8 = 4
  case float16 = 5
  case floatb16 = 6

  package init?(name: String) {
    guard let element = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = element
  }

  /// The name at the command line and in `--info`.
  package var name: String {
    switch self {
    case .float32: "f32"
    case .float64: "f64"
    case .float1bit: "f1bit"
    case .float8: "f8"
    case .float16: "f16"
    case .floatb16: "bf16"
    }
  }
}
