import Testing

@testable import Chassis

@Suite struct CSVReaderTests {
    /// Reads a text in pieces of so many bytes: where they are cut must not matter.
    private func read(_ bytes: [UInt8], pieces: Int) throws -> [CSVRecord] {
        var rest = bytes[...]
        var reader = CSVReader {
            defer { rest = rest.dropFirst(pieces) }
            return Array(rest.prefix(pieces))
        }
        var records: [CSVRecord] = []
        while let record = try reader.next() { records.append(record) }
        return records
    }

    private func fields(_ text: String) throws -> [[String]] {
        let whole = try read(Array(text.utf8), pieces: 1 << 16)
        for pieces in 1...4 {
            let cut = try read(Array(text.utf8), pieces: pieces)
            #expect(cut == whole, "cut into pieces of \(pieces)")
        }
        return whole.map(\.fields)
    }

    @Test(
        arguments: [
            ("a,b\n1,2\n", [["a", "b"], ["1", "2"]]),
            ("a,b\r\n1,2", [["a", "b"], ["1", "2"]]),
            ("a\r1\r", [["a"], ["1"]]),
            ("\u{FEFF}a,b\n", [["a", "b"]]),
            ("\"a,b\",\"c\"\"d\"\"\"\n", [["a,b", "c\"d\""]]),
            ("\"one\r\ntwo\",x\nz,y\n", [["one\r\ntwo", "x"], ["z", "y"]]),
            (",\n", [["", ""]]),
            ("\"\",\"\"\n", [["", ""]]),
            ("a\n\nb\n", [["a"], [""], ["b"]]),
            ("Ім'я,Львів\n", [["Ім'я", "Львів"]]),
            ("", []),
        ] as [(String, [[String]])])
    func records(_ text: String, _ expected: [[String]]) throws {
        #expect(try fields(text) == expected)
    }

    /// Behind each record the reader stands where the next one begins, however the pieces are cut.
    @Test(arguments: 1...5) func itKnowsWhereItStands(_ pieces: Int) throws {
        let lines = ["\u{FEFF}a,b\r\n", "\"1\n2\",x\n", "y,z\r", "\n", "last,one"]
        var rest = Array(lines.joined().utf8)[...]
        var reader = CSVReader {
            defer { rest = rest.dropFirst(pieces) }
            return Array(rest.prefix(pieces))
        }
        var offsets: [Int] = []
        while try reader.next() != nil { offsets.append(reader.offset) }
        let lengths = lines.map(\.utf8.count)
        // CR and LF of two lines that follow each other are one end of a line.
        let ends = [lengths[0], lengths[1], lengths[2] + lengths[3], lengths[4]]
        #expect(offsets == ends.indices.map { ends[...$0].reduce(0, +) })
    }

    @Test func linesAreCountedWithinQuotes() throws {
        let records = try read(Array("a\n\"1\n2\n3\"\nb\n".utf8), pieces: 7)
        #expect(records.map(\.line) == [1, 2, 5])
        #expect(records.map(\.lastLine) == [1, 4, 5])
    }

    @Test(arguments: [
        ("a\"b,c\nnext\n", "quote"), ("\"a\"b,c\nnext\n", "closing quote"), ("x,\"never\nclosed\n", "never closed"),
    ])
    func faultsAreNamedAndReadingGoesOn(_ text: String, _ word: String) throws {
        let records = try read(Array(text.utf8), pieces: 5)
        #expect(records[0].fault?.contains(word) == true)
        if text.hasSuffix("next\n") { #expect(records[1].fields == ["next"]) }
    }

    @Test func whatIsNoTextIsRefused() throws {
        let records = try read([0x61, 0x2C, 0xFF, 0xFE, 10, 0x62, 0x2C, 0, 10, 0x63, 10], pieces: 3)
        #expect(records.map { $0.fault != nil } == [true, true, false])
        #expect(!records[1].content.unicodeScalars.contains("\0"))
    }

    @Test func aLostQuoteDoesNotSwallowTheFile() throws {
        let long = "\"" + String(repeating: "x", count: CSVReader.longestRecord + 10) + "\nnext,1\n"
        let records = try read(Array(long.utf8), pieces: 1 << 16)
        #expect(records.count == 2)
        #expect(records[0].fault?.contains("longer than") == true)
        #expect(records[0].content.utf8.count <= CSVReader.keptContent)
        #expect(records[1].fields == ["next", "1"])
    }

    /// Whatever bytes come, it ends, and hands out no more than there is.
    @Test func anyBytesAreRead() throws {
        var random = SystemRandomNumberGenerator()
        let alphabet: [UInt8] = [34, 44, 10, 13, 59, 97, 0, 0xC3, 0xA9, 0xEF, 0xBB, 0xBF, 0xFF]
        for _ in 0..<300 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet[Int.random(in: alphabet.indices, using: &random)]
            }
            let records = try read(bytes, pieces: Int.random(in: 1...9, using: &random))
            #expect(records.count <= bytes.count)
            #expect(records.map(\.line) == records.map(\.line).sorted())
        }
    }
}
