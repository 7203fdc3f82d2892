internal import EpiBytes

/// Which of the open arrays and objects are objects: one bit a level.
private struct Nesting {
  /// Of the first 64 levels, which are all that most ever have, and of the others.
  private var upper: UInt64 = 0
  private var lower: [UInt64] = []
  private(set) var count = 0

  mutating func push(isObject: Bool) {
    let bit = UInt64(1) &<< UInt64(count % 64)
    if count < 64 {
      upper = isObject ? upper | bit : upper & ~bit
    } else {
      let word = count / 64 - 1
      if word == lower.count { lower.append(0) }
      lower[word] = isObject ? lower[word] | bit : lower[word] & ~bit
    }
    count += 1
  }

  mutating func pop() { count -= 1 }

  var isObject: Bool {
    let level = count - 1
    return (level < 64 ? upper : lower[level / 64 - 1]) &>> UInt64(level % 64) & 1 == 1
  }
}

extension JSONGrammar {
  /// An array or object with everything in it, checked without recursion; `depth` arrays and objects are open around it.
  @inline(never)
  func scanContainer(at start: Int, kind: ScannedValue.Kind, depth: Int) throws(JSONError) -> Scanned {
    var nesting = Nesting()
    var offset = start
    repeat {
      guard offset < end else { throw JSONError(.endOfText, at: offset) }
      // A number inside the last array or object allowed is a level too many, as jansson counts.
      guard depth + nesting.count < JSONError.maximumDepth else { throw JSONError(.nestedTooDeep, at: offset) }
      let byte = bytes[offset]
      if byte == UInt8(ascii: "[") || byte == UInt8(ascii: "{") {
        nesting.push(isObject: byte == UInt8(ascii: "{"))
        offset = skipSpace(offset + 1)
        // In ASCII a closing bracket comes two places after its opening one.
        if offset < end, bytes[offset] == byte + 2 {
          nesting.pop()
          offset += 1
        } else {
          if nesting.isObject { offset = try scanName(at: offset).next }
          continue
        }
      } else if byte == UInt8(ascii: "\"") {
        offset = try scanString(at: offset, isName: false).next
      } else {
        offset = try scanNumberOrLiteral(at: offset).next
      }
      offset = try closeContainers(&nesting, at: offset)
    } while nesting.count > 0
    return Scanned(value: ScannedValue(kind: kind, range: ByteRange(start: start, count: offset - start)), next: offset)
  }

  /// After a value: closes what ends here and steps over a comma, to the next value. At the end of the outermost container no
  /// white space is taken.
  @inline(__always)
  private func closeContainers(_ nesting: inout Nesting, at start: Int) throws(JSONError) -> Int {
    var offset = start
    while nesting.count > 0 {
      offset = skipSpace(offset)
      guard offset < end else { throw JSONError(.endOfText, at: offset) }
      let isObject = nesting.isObject
      if bytes[offset] == UInt8(ascii: ",") {
        offset = skipSpace(offset + 1)
        return isObject ? try scanName(at: offset).next : offset
      }
      guard bytes[offset] == (isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")) else {
        throw unexpected(isObject ? .expectedCommaOrBrace : .expectedCommaOrBracket, at: offset)
      }
      nesting.pop()
      offset += 1
    }
    return offset
  }
}
