/// Reads a file line by line from bytes that come in pieces: memory stays flat however long the file is. A byte order mark
/// is skipped; lines end in LF or CRLF.
struct LineReader {
    /// The longest line [bytes]; of a longer one the beginning is kept, to be shown.
    static let longestLine = 8 << 20
    static let keptOfLonger = 10_000

    struct Line: Equatable, Sendable {
        /// From 1.
        let number: Int
        let bytes: [UInt8]
        let isTooLong: Bool

        var isBlank: Bool { bytes.allSatisfy { $0 == 0x20 || $0 == 0x09 } }
    }

    private let more: () throws -> [UInt8]
    private var bytes: [UInt8] = []
    private var position = 0
    private var number = 0
    private var bytesBefore = 0

    /// How many bytes of the file the lines so far took: where the next one begins.
    var offset: Int { bytesBefore + position }

    /// - Parameter more: the next bytes of the file; none at its end.
    init(more: @escaping () throws -> [UInt8]) { self.more = more }

    /// The next line, without its end; nil after the last.
    mutating func next() throws -> Line? {
        var line: [UInt8] = []
        var isTooLong = false
        var isThere = false
        while true {
            if position == bytes.count, try !fill() { break }
            isThere = true
            let rest = bytes[position...]
            let end = rest.firstIndex(of: 10)
            let part = rest[..<(end ?? bytes.count)]
            if line.count + part.count > Self.longestLine {
                isTooLong = true
                line = Array((line + part.prefix(Self.keptOfLonger)).prefix(Self.keptOfLonger))
            } else if !isTooLong {
                line += part
            }
            position = end.map { $0 + 1 } ?? bytes.count
            if end != nil { break }
        }
        guard isThere else { return nil }
        number += 1
        if line.last == 13 { line.removeLast() }
        if number == 1, line.starts(with: [0xEF, 0xBB, 0xBF]) { line.removeFirst(3) }
        return Line(number: number, bytes: line, isTooLong: isTooLong)
    }

    private mutating func fill() throws -> Bool {
        bytesBefore += bytes.count
        bytes = try more()
        position = 0
        return !bytes.isEmpty
    }
}
