/// Why a vector cannot be stored or searched for.
package enum VectorFault: Error, Equatable {
  /// `wanted` is nil when the vector is the first of its kind.
  case dimensions(found: Int, wanted: Int?)
  case zero
  /// `position` counts from 0.
  case notFinite(position: Int)
  case tooLong
  /// A number that an element type cannot hold; `position` counts from 0.
  case beyondElement(position: Int, ElementType)
  /// All its numbers are so small that an element type has 0 for them.
  case vanishes(ElementType)

  /// Completes a sentence whose subject is the row or the query. `holder` is what wants the other number of dimensions.
  package func predicate(comparedWith holder: String = "the index") -> String {
    switch self {
    case .dimensions(let found, let wanted?): "has \(found) dimensions, \(holder) has \(wanted)"
    case .dimensions(0, nil): "has an empty vector"
    case .dimensions(let found, nil) where found > Normalization.maximumDimensions:
      "has \(found) dimensions, more than the \(Normalization.maximumDimensions) that an index can hold"
    case .dimensions(let found, nil): "has an array of \(found) number, which is no vector"
    case .zero: "has a vector of zeros only, which has no direction"
    case .notFinite(let position): "has a vector with an infinite or undefined number at position \(position)"
    case .tooLong: "has a vector longer than 2^62, beyond which distances overflow"
    case .beyondElement(let position, let element): "has a vector with a number at position \(position) that is too large for \(element.name)"
    case .vanishes(let element): "has a vector of numbers that are all 0 as \(element.name)"
    }
  }
}
