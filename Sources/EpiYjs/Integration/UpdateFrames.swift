package import EpiBytes

/// How the updates lie in an input.
package enum Framing: String, Sendable, CaseIterable {
  /// Found by the bytes, where they leave no doubt.
  case auto
  /// The input is one update.
  case one
  /// `(varUint length, update)*` up to the end of the input; a frame may also hold sync messages.
  case length
  /// One update a line, in hexadecimal digits.
  case hex
  /// One update a line, in base64.
  case base64
  /// Messages of y-websocket, one after the other; the updates in them count.
  case sync
  /// A FileYStore of pycrdt: per update three length-framed parts, update, metadata and time, behind an optional version line.
  case ystore

  /// The updates stand as text, which is decoded line by line before anything else.
  package var isText: Bool { self == .hex || self == .base64 }
}

/// Where the updates of an input begin and end.
package struct UpdateFrames {
  /// Updates, in order.
  package private(set) var frames: [ByteRange] = []
  /// The fault that ended the search when only the last frame was cut; what precedes it was found.
  package private(set) var cut: DecodingError?
  /// How the updates were found to lie; never `.auto`.
  package private(set) var framing: Framing
  /// Where the next frame would begin.
  package private(set) var end: Int
  private let limits: UpdateLimits

  /// Finds the updates in `bytes[input]`.
  /// - Parameters:
  ///   - salvaging: a cut last frame is told in `cut` instead of thrown.
  ///   - limits: what an update may ask for when it is tried whether it is one.
  /// - Throws: where a frame is empty, cut, or no frame of its kind.
  package init(
    _ framing: Framing, in input: Range<Int>, of bytes: Span<UInt8>, salvaging: Bool = false, limits: UpdateLimits = UpdateLimits()
  ) throws(DecodingError) {
    self.limits = limits
    self.framing = framing == .auto ? .one : framing
    end = input.lowerBound
    do {
      switch framing {
      case .one, .hex, .base64: takeWhole(input)
      case .length: try readLengthFramed(input, of: bytes)
      case .sync: try readMessages(input, of: bytes)
      case .ystore: try readStore(input, of: bytes)
      case .auto: detect(input, of: bytes)
      }
    } catch {
      guard salvaging, error.isCut, !frames.isEmpty else { throw error }
      cut = error
    }
  }

  /// A frame with its length in front.
  private static func readFrame(_ reader: inout ByteReader) throws(DecodingError) -> ByteRange {
    let start = reader.position
    let frame = try reader.readVarBytes()
    guard frame.count > 0 else { throw DecodingError(.emptyFrame, at: start) }
    return frame
  }

  private mutating func readLengthFramed(_ input: Range<Int>, of bytes: Span<UInt8>) throws(DecodingError) {
    var reader = ByteReader(bytes, in: input)
    while !reader.isAtEnd {
      frames.append(try Self.readFrame(&reader))
      end = reader.position
    }
    try unwrapMessages(of: bytes)
  }

  /// Where every frame is a message and none an update, the updates in the messages count.
  private mutating func unwrapMessages(of bytes: Span<UInt8>) throws(DecodingError) {
    guard let first = frames.first, bytes[Int(first.start)] < 4, !holdsUpdate(first, of: bytes) else { return }
    var updates = UpdateFrames()
    for frame in frames {
      guard (try? updates.readMessages(frame.bounds, of: bytes)) != nil else { return }
    }
    frames = updates.frames
  }

  private init() {
    limits = UpdateLimits()
    framing = .sync
    end = 0
  }

  private mutating func takeWhole(_ input: Range<Int>) {
    frames = [ByteRange(start: input.lowerBound, count: input.count)]
    framing = .one
    end = input.upperBound
  }

  private mutating func detect(_ input: Range<Int>, of bytes: Span<UInt8>) {
    let whole = ByteRange(start: input.lowerBound, count: input.count)
    if bytes.equal(Self.storeVersion, in: input.prefix(Self.storeVersion.utf8.count)), (try? readStore(input, of: bytes)) != nil { return framing = .ystore }
    frames = []
    if (try? readLengthFramed(input, of: bytes)) != nil, let first = frames.first, holdsUpdate(first, of: bytes) { return framing = .length }
    frames = []
    // Messages are tried first because an update that is none ends the attempt at once; reading an update takes longer.
    if (try? readMessages(input, of: bytes)) != nil, !frames.isEmpty, !holdsUpdate(whole, of: bytes) { return framing = .sync }
    takeWhole(input)
  }

  /// Whether a frame is an update of either version from its first byte to its last.
  private func holdsUpdate(_ frame: ByteRange, of bytes: Span<UInt8>) -> Bool {
    UpdateEncoding.isExactly(.v2, frame, of: bytes, limits: limits)
      || UpdateEncoding.isExactly(.v1, frame, of: bytes, limits: limits)
  }
}

// MARK: - Containers of other programs (yjs-format section 21)

extension UpdateFrames {
  /// y-websocket: kind 0 sync (step 1 a state vector, step 2 and update an update), 1 awareness, 2 authorization, 3 a query.
  private mutating func readMessages(_ input: Range<Int>, of bytes: Span<UInt8>) throws(DecodingError) {
    var reader = ByteReader(bytes, in: input)
    while !reader.isAtEnd {
      let start = reader.position
      switch try reader.readVarUint() {
      case 0:
        switch try reader.readVarUint() {
        case 0: _ = try reader.readVarBytes()
        case 1, 2: frames.append(try Self.readFrame(&reader))
        default: throw DecodingError(.unknownMessage, at: start)
        }
      case 1: _ = try reader.readVarBytes()
      case 2: if try reader.readVarUint() == 0 { _ = try reader.readVarString() }
      case 3: break
      default: throw DecodingError(.unknownMessage, at: start)
      }
      end = reader.position
    }
  }

  private static var storeVersion: String { "VERSION:2\n" }

  private mutating func readStore(_ input: Range<Int>, of bytes: Span<UInt8>) throws(DecodingError) {
    let hasVersion = bytes.equal(Self.storeVersion, in: input.prefix(Self.storeVersion.utf8.count))
    var reader = ByteReader(bytes, in: (input.lowerBound + (hasVersion ? Self.storeVersion.utf8.count : 0))..<input.upperBound)
    while !reader.isAtEnd {
      let update = try Self.readFrame(&reader)
      _ = try reader.readVarBytes()
      _ = try reader.readVarBytes()
      frames.append(update)
      end = reader.position
    }
  }
}

extension DecodingError {
  /// The input ends where more was announced: what a write that was interrupted leaves.
  package var isCut: Bool {
    switch code {
    case .endOfInput, .lengthBeyondInput: true
    default: false
    }
  }
}
