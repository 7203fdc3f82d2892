internal import EpiBytes
internal import EpiJSON
internal import EpiRows

/// Vectors that are made of texts.
extension IndexBuilder {
  /// Notes the text of the reader's current row, which has no vector; of its entry a vector is missing till then. A long text becomes
  /// several rows.
  /// - Returns: whether there is a text.
  mutating func noteText(of reader: borrowing RowReader, defaults: [[UInt8]?], file: String) throws(IndexError) -> Bool {
    guard let field = options.text else { return false }
    let name = Array(field.field.utf8)
    guard let value = reader.value(of: name), case .string = value.kind else {
      hidePieces(after: 0)
      return false
    }
    var text = ByteWriter(capacity: 4096)
    reader.appendText(of: value, to: &text)
    guard !TextPieces.isBlank(text.span) else {
      hidePieces(after: 0)
      return false
    }
    let column = columns[0]
    let pieces = options.chunk.map { TextPieces.cut(text.span.copied(), words: $0) } ?? []
    guard pieces.count > 1 else {
      texts.append(text.span, entry: column.vectorOfEntry.count - 1, file: file, line: reader.lineNumber)
      hidePieces(after: 0)
      return true
    }
    let row = id.span.copied()
    hidePieces(after: pieces.count)
    for (index, piece) in pieces.enumerated() {
      id.removeAll()
      id.append(PieceID.make(row, index + 1))
      if !storedFields.isEmpty, options.join == nil {
        var json = ByteWriter(capacity: piece.count + 2)
        JSONWriter.appendString(piece.span, in: piece.indices, to: &json)
        stored.removeAll()
        storedFields.append(from: reader, defaults: defaults, replacing: (name, json.span.copied()), to: &stored)
      }
      appendGone(to: column)
      texts.append(piece.span, entry: column.vectorOfEntry.count - 1, file: file, line: reader.lineNumber)
    }
    return true
  }

  /// Takes away the pieces of the current row behind the first `count`.
  mutating func hidePieces(after count: Int) {
    guard options.chunk != nil else { return }
    let row = id.span.copied()
    let before = texts.replacePieces(of: row, with: count)
    guard before > count else { return }
    for number in (count + 1)...before {
      id.removeAll()
      id.append(PieceID.make(row, number))
      appendGone(to: columns[0])
    }
    id.removeAll()
    id.append(row)
  }
}

// MARK: - Embedding

/// Texts that have to be made vectors, and the rows that wait for them.
package struct TextBatch: ~Copyable {
  /// Each text once, under the id of a row that has it.
  package var texts: [EmbeddedText] = []
  /// Rows whose vectors are there already.
  package fileprivate(set) var known = 0
  fileprivate var hashes: [UInt64] = []
  /// For each text the places of the rows that have it, in `WaitingTexts`.
  fileprivate var rows: [[Int]] = []
}

extension IndexBuilder {
  /// The texts that nobody knows a vector of. Rows whose text is that of a vector which is here, or in `cache`, get it now.
  package mutating func unknownTexts(_ cache: TextCache?) -> TextBatch {
    var batch = TextBatch()
    guard !texts.places.isEmpty else { return batch }
    let column = columns[0]
    var vectors: [UInt64: UInt32] = [:]
    for (vector, hash) in column.textHashes.enumerated() where hash != 0 { vectors[hash] = UInt32(vector) }
    // A row that was read again, or is gone by now, needs no vector.
    var isLatest = [Bool](repeating: false, count: column.vectorOfEntry.count)
    for entry in column.ids.sortedKeepingLast() { isLatest[Int(entry)] = true }
    var numbers: [UInt64: Int] = [:]
    for (place, waiting) in texts.places.enumerated() where isLatest[Int(waiting.entry)] {
      let text = texts.texts.text(place)
      let hash = TextCache.hash(text)
      if vectors[hash] == nil, let (slot, given) = cache?.vector(
        for: hash, options.metric, element(of: column), dimensions: column.form?.dimensions ?? options.dimensions ?? column.dimensions)
      {
        if column.form == nil, let form = cache?.form { settle(column, form) }
        column.dimensions = column.form?.dimensions
        vectors[hash] = column.add(slot: slot.span, hash: given, textHash: hash)
      }
      if let vector = vectors[hash] {
        column.fill(entry: waiting.entry, with: vector)
        batch.known += 1
      } else if let number = numbers[hash] {
        batch.rows[number].append(place)
      } else {
        numbers[hash] = batch.texts.count
        batch.texts.append(EmbeddedText(name: column.ids.copy(Int(waiting.entry)), text: text.copied()))
        batch.hashes.append(hash)
        batch.rows.append([place])
      }
    }
    return batch
  }

  /// Gives rows the vectors that were made of their texts. No text waits any more.
  /// - Throws: when one is none, or was refused, and rejected rows are not to be skipped.
  package mutating func take(_ batch: consuming TextBatch) throws(IndexError) {
    for number in batch.texts.indices {
      let text = batch.texts[number]
      let reason: String
      switch text.answer {
      case .vector(let values)?:
        numbers.set(values)
        doubles.set(values.map(Double.init))
        do {
          let vector = try take(into: columns[0], textHash: batch.hashes[number])
          for place in batch.rows[number] { columns[0].fill(entry: texts.places[place].entry, with: vector) }
          continue
        } catch {
          reason = error.predicate()
        }
      case .refused(let message)?: reason = "was refused by the program: \(message)"
      case nil: reason = "has no answer of the program"
      }
      for place in batch.rows[number] { try reject(place, text, reason) }
    }
    texts.removeAll()
  }

  private mutating func reject(_ place: Int, _ text: EmbeddedText, _ reason: String) throws(IndexError) {
    let waiting = texts.places[place]
    let column = columns[0]
    column.noteRejected()
    let id = String(decoding: column.ids.copy(Int(waiting.entry)), as: UTF8.self)
    let message = "row '\(column.name.table)/\(id)' \(reason)"
    var line = ByteWriter(capacity: 256)
    text.appendLine(to: &line)
    let row = RejectedRow(
      file: texts.files[waiting.file], line: waiting.line, message: message, text: line.span.extracting(first: line.count - 1).copied())
    guard options.skipsRejected else { throw IndexError(.malformedInput, at: row.place, message) }
    column.rejections.append(row)
  }
}
