import Foundation
import Testing

@testable import UsageIngest

@Suite struct LineReaderTests {
    private func read(_ text: String, pieces: Int) throws -> (lines: [LineReader.Line], offsets: [Int]) {
        var rest = Array(text.utf8)[...]
        var reader = LineReader {
            defer { rest = rest.dropFirst(pieces) }
            return Array(rest.prefix(pieces))
        }
        var (lines, offsets): ([LineReader.Line], [Int]) = ([], [])
        while let line = try reader.next() {
            lines.append(line)
            offsets.append(reader.offset)
        }
        return (lines, offsets)
    }

    @Test(arguments: [1, 2, 3, 7, 100]) func linesAreWholeHoweverTheyAreCut(_ pieces: Int) throws {
        let (lines, offsets) = try read("\u{FEFF}{\"a\":1}\r\n\n  \nlast é", pieces: pieces)
        #expect(lines.map { String(decoding: $0.bytes, as: UTF8.self) } == ["{\"a\":1}", "", "  ", "last é"])
        #expect(lines.map(\.number) == [1, 2, 3, 4] && lines.map(\.isBlank) == [false, true, true, false])
        #expect(offsets == [12, 13, 16, 23])
        #expect(try read("a\n", pieces: pieces).lines.count == 1)
        #expect(try read("", pieces: pieces).lines.isEmpty)
    }

    @Test func aLineWithoutEndIsCutAndTheNextIsRead() throws {
        let long = String(repeating: "x", count: LineReader.longestLine + 5)
        let (lines, _) = try read(long + "\nnext\n", pieces: 1 << 16)
        #expect(lines.map(\.isTooLong) == [true, false] && lines[0].bytes.count == LineReader.keptOfLonger)
        #expect(lines[1].bytes == Array("next".utf8))
    }
}

@Suite struct CSVColumnsTests {
    private func columns(_ heading: [String], _ map: [String: String] = [:]) throws(Refusal) -> CSVColumns {
        try CSVColumns(heading: heading, map: map)
    }

    @Test func columnsAreKnownByTheirNamesOrAsTold() throws {
        let known = try columns([
            "Event_Name", "accountId", "User ID", "timestamp", "Message-Id", "rows", "properties.plan",
        ])
        let names = ["event", "group", "user", "time", "id", "properties.rows", "properties.plan"]
        #expect(known.members.map { $0?.name } == names)
        let told = try columns(
            ["what", "who", "when", "noise", "time"], ["what": "event", "who": "user", "when": "time", "noise": ""])
        #expect(told.members.map { $0?.name } == ["event", "user", "time", nil, "properties.time"])
        #expect(CSVColumns(written: told.written) == told)
    }

    @Test(
        arguments: [
            (["event", "time"], [:], "one of group"), (["event", "user"], [:], "for time"),
            (["event", "user", "time", "when"], ["when": "time", "time": "time"], "two columns"),
            (["event", "user", "time"], ["x": "id"], "no column “x”"),
            (["event", "user", "time"], ["time": "when"], "no member"),
        ] as [([String], [String: String], String)])
    func whatIsMissingIsSaid(_ heading: [String], _ map: [String: String], _ words: String) {
        let refusal = #expect(throws: Refusal.self) { try columns(heading, map) }
        #expect(refusal?.reason.contains(words) == true, "\(refusal?.reason ?? "")")
    }

    @Test func numbersStayNumbersAndEmptyCellsSayNothing() throws {
        let columns = try columns(["event", "user", "time", "a", "b", "c", "d", "e", "f", "properties"])
        let object = try columns.object([
            "e", "007", "2026-01-01", "1.5", "true", "", "007", "1e400", "-3", #"{"g":[1]}"#,
        ])
        let expected =
            #"{"event":"e","user":"007","time":"2026-01-01","properties":"#
            + #"{"a":1.5,"b":true,"d":"007","e":"1e400","f":-3,"g":[1]}}"#
        #expect(String(decoding: JSONValue.object(object).written, as: UTF8.self) == expected)
        #expect(throws: Refusal.self) { try columns.object(["e"]) }
    }

    @Test(arguments: ["1795459265", "1795459265000", "2026-11-23T18:41:05Z"]) func timesMayBeUnix(_ time: String) throws
    {
        let columns = try columns(["event", "user", "time"])
        let message = try PlainEvents.message(Members(try columns.object(["e", "u", time])))
        #expect(message.time == UTCTime("2026-11-23T18:41:05Z"))
    }
}

@Suite struct ImportStreamTests {
    private static func file(_ bytes: [UInt8]) throws -> URL {
        let url = FileManager.default.temporaryDirectory.appending(path: "stream-\(UUID().uuidString)")
        try Data(bytes).write(to: url)
        return url
    }

    /// Plain or packed, also of several members: the same bytes, the same digests.
    @Test func packedAndPlainFilesAreTheSame() throws {
        let plain = Array(repeating: Array("Holdfast keeps customers.\n".utf8), count: 40_000).flatMap(\.self)
        let packed = Packed.bytes(Array(plain.prefix(500_000))) + Packed.bytes(Array(plain.dropFirst(500_000)))
        var digests: [[String]] = []
        for bytes in [plain, packed] {
            let url = try Self.file(bytes)
            defer { try? FileManager.default.removeItem(at: url) }
            let stream = try ImportStream(path: url.path())
            #expect(try stream.beginning().starts(with: Array("Holdfast".utf8)) && stream.size == bytes.count)
            var read: [UInt8] = []
            var pieces: [String] = []
            while true {
                let more = try stream.next()
                if more.isEmpty { break }
                read += more
                stream.passed(read.count / 2)
            }
            for offset in [read.count / 2, read.count - 1, read.count] { pieces.append(stream.digest(upTo: offset)) }
            #expect(read == plain && stream.taken == bytes.count)
            digests.append(pieces)
        }
        #expect(digests[0] == digests[1] && Set(digests[0]).count == 3)
    }

    @Test func aDamagedOrCutFileIsNoFile() throws {
        let packed = Packed.bytes(Array(repeating: 65, count: 100_000))
        for bytes in [Array(packed.dropLast(9)), packed + [1, 2, 3]] {
            let url = try Self.file(bytes)
            defer { try? FileManager.default.removeItem(at: url) }
            let stream = try ImportStream(path: url.path())
            #expect(throws: (any Error).self) { while try !stream.next().isEmpty {} }
        }
    }

    @Test func progressSaysRateAndTimeLeft() {
        let tally = ImportTally(lines: 12, accepted: 9, repaired: 1, duplicates: 1, quarantined: 2)
        let words = "line 12: 9 accepted (1 repaired), 1 there already, 2 quarantined"
        #expect(ImportProgress.words(tally, rate: nil, left: nil) == words)
        #expect(ImportProgress.words(tally, rate: 3_000.4, left: 124.2) == words + " (3000 messages/s, 2 min 5 s left)")
        #expect(ImportProgress.words(tally, rate: 1, left: 7_260) == words + " (1 messages/s, 2 h 1 min left)")
    }
}
