/// Reads CSV as RFC 4180 has it, record by record, from bytes that come in pieces: memory stays flat however long the
/// file is. A byte order mark is skipped; lines end in LF, CRLF or CR; quoted fields may hold separators, quotes and line
/// ends. A record that can't be read is handed out with its fault, and reading goes on behind its line.
package struct CSVReader {
    /// The longest record [bytes]; one that is longer has most likely lost a quote.
    package static let longestRecord = 1 << 20
    package static let mostFields = 500
    /// As much of a record is kept for whoever must mend it [bytes].
    package static let keptContent = 10_000

    private enum State { case fieldStart, plain, quoted, afterQuote, fault }

    private let separator: UInt8
    private let more: () throws -> [UInt8]
    private var bytes: [UInt8] = []
    private var position = 0
    private var isAtEnd = false
    private var line = 1
    private var held: UInt8?
    /// Bytes of the file before `bytes`.
    private var bytesBefore = 0

    /// How many bytes of the file the records so far and their line ends took: where the next one begins.
    package var offset: Int { bytesBefore + position - (held == nil ? 0 : 1) }

    /// - Parameter more: the next bytes of the file; none at its end.
    package init(separator: UInt8 = UInt8(ascii: ","), more: @escaping () throws -> [UInt8]) {
        self.separator = separator
        self.more = more
    }

    /// What stands most often in the first line, outside of quotes: comma, semicolon or tab.
    /// - Parameter name: of the file, for people.
    /// - Throws: `ProgramFailure` where the file is UTF-16, by its byte order mark.
    package static func separator(in start: some Collection<UInt8>, of name: String) throws -> UInt8 {
        if start.starts(with: [0xFF, 0xFE]) || start.starts(with: [0xFE, 0xFF]) {
            throw ProgramFailure(.badInput, "\(name) is UTF-16, which Excel calls Unicode text: save it as CSV UTF-8.")
        }
        var counts: [UInt8: Int] = [:]
        var isQuoted = false
        for byte in start {
            if byte == UInt8(ascii: "\"") { isQuoted.toggle() }
            if byte == 10, !isQuoted { break }
            if !isQuoted, ",;\t".utf8.contains(byte) { counts[byte, default: 0] += 1 }
        }
        // Of equals the first: a dictionary's own order is another one in each process.
        return counts.max { ($0.value, $1.key) < ($1.value, $0.key) }?.key ?? UInt8(ascii: ",")
    }

    /// The next record; nil after the last.
    package mutating func next() throws -> CSVRecord? {
        if line == 1, position == 0, bytes.isEmpty { try skipByteOrderMark() }
        guard let first = try take() else { return nil }
        held = first
        var record = Record(line: line)
        var state = State.fieldStart
        while let byte = try take() {
            record.keep(byte)
            if record.size > Self.longestRecord, state != .fault {
                record.fault = "the line is longer than \(Self.longestRecord) bytes: a closing quote may be missing"
                state = .fault
            }
            if byte == 10 || byte == 13, state != .quoted {
                try endLine(byte)
                return record.ended(line: line - 1)
            }
            state = step(state, byte, &record)
            if byte == 10, state == .quoted { line += 1 }
        }
        if state == .quoted { record.fault = "a quote is opened and never closed: add the closing quote" }
        line += 1
        return record.ended(line: line - 1)
    }

    private func step(_ state: State, _ byte: UInt8, _ record: inout Record) -> State {
        let quote = UInt8(ascii: "\"")
        switch state {
        case .fieldStart where byte == quote: return .quoted
        case .fieldStart, .plain:
            if byte == separator { return next(&record) }
            if byte == quote {
                record.fault = "a quote stands within a field that is not quoted: quote the field and double the quote"
                return .fault
            }
            record.field.append(byte)
            return .plain
        case .quoted:
            if byte == quote { return .afterQuote }
            record.field.append(byte)
            return .quoted
        case .afterQuote:
            if byte == separator { return next(&record) }
            if byte == quote {
                record.field.append(quote)
                return .quoted
            }
            record.fault = "something stands behind a closing quote: double the quotes within a quoted field"
            return .fault
        case .fault: return .fault
        }
    }

    private func next(_ record: inout Record) -> State {
        record.endField()
        guard record.fields.count < Self.mostFields else {
            record.fault = "the line has more than \(Self.mostFields) fields"
            return .fault
        }
        return .fieldStart
    }

    /// CRLF is one end of a line.
    private mutating func endLine(_ byte: UInt8) throws {
        line += 1
        guard byte == 13, let following = try take() else { return }
        if following != 10 { held = following }
    }

    private mutating func skipByteOrderMark() throws {
        while bytes.count < 3, !isAtEnd {
            let start = bytes
            try fill()
            bytes = start + bytes
            bytesBefore = 0
        }
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { position = 3 }
    }

    private mutating func take() throws -> UInt8? {
        if let byte = held {
            held = nil
            return byte
        }
        if position >= bytes.count {
            try fill()
            guard position < bytes.count else { return nil }
        }
        defer { position += 1 }
        return bytes[position]
    }

    private mutating func fill() throws {
        guard !isAtEnd else { return }
        bytesBefore += bytes.count
        bytes = try more()
        position = 0
        isAtEnd = bytes.isEmpty
    }

    /// A record in the making.
    private struct Record {
        let line: Int
        var size = 0
        var field: [UInt8] = []
        var fields: [String] = []
        var fault: String?
        var content: [UInt8] = []

        init(line: Int) { self.line = line }

        mutating func keep(_ byte: UInt8) {
            size += 1
            if content.count < CSVReader.keptContent { content.append(byte) }
        }

        mutating func endField() {
            if let text = String(validating: field, as: UTF8.self), !field.contains(0) {
                fields.append(text)
            } else {
                fault = "field \(fields.count + 1) is not UTF-8 text: save the file as UTF-8, or say how it is encoded"
            }
            field.removeAll(keepingCapacity: true)
        }

        func ended(line lastLine: Int) -> CSVRecord {
            var record = self
            if record.fault == nil { record.endField() }
            while let last = record.content.last, last == 10 || last == 13 { record.content.removeLast() }
            let shown = String(decoding: record.content, as: UTF8.self).replacing("\0", with: "\u{FFFD}")
            return CSVRecord(
                line: line, lastLine: lastLine, fields: record.fault == nil ? record.fields : [], fault: record.fault,
                content: shown)
        }
    }
}
