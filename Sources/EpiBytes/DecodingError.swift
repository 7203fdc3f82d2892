/// Why bytes could not be decoded, and where.
///
/// Small and trivially copyable, so that `throws(DecodingError)` costs nothing on the way that succeeds.
@usableFromInline
package struct DecodingError: Error, Equatable {
  /// What is wrong, as a closed set that tests can compare.
  @usableFromInline
  package enum Code: Equatable, Sendable {
    case endOfInput
    case numberTooLarge
    case lengthBeyondInput(count: Int)
    case invalidUTF8
    case invalidJSON
    case depthExceeded(limit: Int)
    case itemsExceeded(limit: Int)
    case bytesExceeded(limit: Int)
    case conflictsExceeded(limit: Int)
    case outputExceeded(limit: Int)
    case formatsExceeded(limit: Int)
    case unknownContent(reference: UInt8)
    case unknownType(reference: Int)
    case unknownValue(tag: UInt8)
    case emptyFrame
    case unknownMessage
    case trailingBytes(count: Int)
    case selfReference
    case zeroLength
    case stringTable
  }

  @usableFromInline package var code: Code
  /// Byte offset into the input the reader was given.
  package var offset: Int

  @inline(never)
  @usableFromInline
  package init(_ code: Code, at offset: Int) {
    self.code = code
    self.offset = offset
  }
}

extension DecodingError {
  /// The fault in words: lower case, no full stop, no place (the caller knows file and frame).
  package var message: String {
    switch code {
    case .endOfInput: "the input ends inside a value"
    case .numberTooLarge: "a number is larger than 2^53 - 1"
    case .lengthBeyondInput(let count): "a length of \(count) reaches beyond the end of the input"
    case .invalidUTF8: "a string is not valid UTF-8"
    case .invalidJSON: "an embedded JSON text is not valid"
    case .depthExceeded(let limit): "values are nested deeper than \(limit) levels"
    case .itemsExceeded(let limit): "the updates announce more than \(limit) items"
    case .conflictsExceeded(let limit): "putting concurrent insertions in order takes more than \(limit) steps"
    case .outputExceeded(let limit): "the output would be larger than \(limit) bytes, far more than the size of the input explains"
    case .formatsExceeded(let limit): "more than \(limit) formats are in force at one place of a text"
    case .bytesExceeded(let limit): "the input is larger than \(limit) bytes"
    case .unknownContent(let reference): "unknown content reference \(reference)\(Self.contentOfYrs(reference))"
    case .unknownType(let reference): "unknown type reference \(reference)\(Self.typeOfYrs(reference))"
    case .unknownValue(let tag): "unknown value tag \(tag)"
    case .unknownMessage: "a message is of no known kind"
    case .emptyFrame: "a frame of length 0 holds no update"
    case .trailingBytes(let count): "\(count) bytes are left after the end of the update"
    case .selfReference: "a struct names its own or a later clock of its own client"
    case .zeroLength: "a struct has length 0"
    case .stringTable: "the string table holds less than its lengths announce"
    }
  }

  /// What only yrs (pycrdt, ywasm) writes, and Yjs itself refuses.
  private static func typeOfYrs(_ reference: Int) -> String {
    switch reference {
    case 7: ": a weak link of yrs, which Yjs does not have"
    case 9: ": a sub document as a shared type of yrs, which Yjs does not have"
    case 15: ": a shared type that yrs left undefined"
    default: ""
    }
  }

  private static func contentOfYrs(_ reference: UInt8) -> String {
    reference == 11 ? ": a move of yrs before 0.27, which Yjs does not have" : ""
  }
}
