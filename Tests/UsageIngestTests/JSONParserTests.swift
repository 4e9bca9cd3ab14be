import Testing

@testable import UsageIngest

@Suite struct JSONParserTests {
    /// A text, what it reads as, and what was mended.
    struct Case: Sendable, CustomTestStringConvertible {
        let text: String
        let written: String
        var repairs: [String] = []
        var testDescription: String { String(text.prefix(60)) }
    }

    private static let sound = [
        Case(text: #" {"a" : [1, -2.5e3, true,false,null, "x"]} "#, written: #"{"a":[1,-2.5e3,true,false,null,"x"]}"#),
        Case(text: "\u{FEFF}[]", written: "[]"),
        Case(text: "{}", written: "{}"),
        Case(text: #""\"\\\/\b\f\n\r\té\u00e9\ud83d\ude00""#, written: #""\"\\/\u0008\u000c\u000a\u000d\u0009éé😀""#),
        Case(text: "1e308", written: "1e308"),
        Case(text: String(repeating: "9", count: 31), written: String(repeating: "9", count: 31)),
        Case(text: "-0", written: "-0"),
        Case(text: #"{"a":1,"a":2}"#, written: #"{"a":1,"a":2}"#),
    ]

    private static let mended = [
        Case(text: #"{"n":NaN}"#, written: #"{"n":null}"#, repairs: ["/n: NaN became null"]),
        Case(
            text: "[Infinity,[-Infinity]]", written: "[null,[null]]",
            repairs: ["/0: Infinity became null", "/1/0: -Infinity became null"]),
        Case(text: #""a\u0000b""#, written: #""ab""#, repairs: [": a NUL character was removed"]),
        Case(text: "\"a\u{0}b\"", written: #""ab""#, repairs: [": a NUL character was removed"]),
        Case(text: #"["\ud800x"]"#, written: "[\"\u{FFFD}x\"]", repairs: ["/0: a lone surrogate became U+FFFD"]),
        Case(text: #"["\udc00"]"#, written: "[\"\u{FFFD}\"]", repairs: ["/0: a lone surrogate became U+FFFD"]),
        Case(
            text: #"["\ud800\ud83d\ude00"]"#, written: "[\"\u{FFFD}😀\"]",
            repairs: ["/0: a lone surrogate became U+FFFD"]),
        Case(
            text: #"{"a/b~":{"\u0000":NaN}}"#, written: #"{"a/b~":{"":null}}"#,
            repairs: ["/a~1b~0/: a NUL character was removed", "/a~1b~0/: NaN became null"]),
        Case(text: "1e309", written: "null", repairs: [": a number out of range became null"]),
        Case(text: "-1E200000", written: "null", repairs: [": a number out of range became null"]),
        Case(text: "1e-400", written: "0", repairs: [": a number too near to zero became 0"]),
        Case(text: "0e-400", written: "0e-400"),
        Case(
            text: "1" + String(repeating: "0", count: 400), written: "null",
            repairs: [": a number out of range became null"]),
        Case(
            text: "0." + String(repeating: "3", count: 500), written: "0.3333333333333333",
            repairs: [": a number of more than 400 digits was rounded"]),
    ]

    @Test(arguments: sound + mended) func readsAndMends(_ example: Case) throws {
        let document = try JSONParser.parse(Array(example.text.utf8))
        #expect(String(decoding: document.value.written, as: UTF8.self) == example.written)
        #expect(document.repairs.map { "\($0.pointer()): \($0.words)" } == example.repairs)
        #expect(document.faults.isEmpty)
    }

    @Test func bytesThatAreNoUTF8AreMended() throws {
        let document = try JSONParser.parse([0x5B, 0x22, 0x61, 0xFF, 0x62, 0x22, 0x5D])
        #expect(document.value == .array([.string("a\u{FFFD}b")]))
        #expect(document.repairs.count == 1)
    }

    @Test(arguments: [
        "", " ", "{", "[", "[1", "[1,", "{\"a\"", "{\"a\":", "{\"a\":1", "{a:1}", "{\"a\":1,}", "[1,]", "nul", "tru",
        "+1",
        "01", "1.", ".5", "1e", "-", "\"abc", "\"\\x\"", "\"\\u12\"", "\"\\u12G4\"", "[1] 2", "'a'", "NaNa", "{}}", "]",
        "\"\\",
    ])
    func refusesWhatHasNoStructure(_ text: String) {
        #expect(throws: JSONFailure.self) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test func aFailureNamesTheByte() {
        #expect(throws: JSONFailure(offset: 8, words: "expected , or } in an object")) {
            try JSONParser.parse(Array("{\"a\": 1 \"b\"}".utf8))
        }
    }

    @Test func theLastOfTwoMembersCounts() throws {
        let document = try JSONParser.parse(Array(#"{"a":1,"b":2,"a":3}"#.utf8))
        guard case .object(let object) = document.value else { return #expect(Bool(false)) }
        #expect(object["a"] == .number("3"))
    }

    @Test func depthIsAFaultOfOnePlaceAndNeedsNoStack() throws {
        let deep = String(repeating: "[", count: 1_000_000) + String(repeating: "]", count: 1_000_000)
        let document = try JSONParser.parse(Array("{\"a\":{\"b\":\(deep)},\"c\":1}".utf8))
        #expect(document.faults.map { $0.path.prefix(2) } == [[.name("a"), .name("b")]])
        guard case .object(let object) = document.value else { return #expect(Bool(false)) }
        #expect(object["c"] == .number("1"))
    }

    @Test func aHundredLevelsAreRead() throws {
        let text = String(repeating: "[", count: 100) + String(repeating: "]", count: 100)
        #expect(try JSONParser.parse(Array(text.utf8)).faults.isEmpty)
        #expect(try JSONParser.parse(Array("[\(text)]".utf8)).faults.count == 1)
    }

    @Test func stringsInsideOfWhatIsSkippedHideTheirBrackets() throws {
        var limits = JSONLimits()
        limits.depth = 2
        let document = try JSONParser.parse(Array(#"[[[["]\"]"]],7],8]"#.utf8), limits: limits)
        #expect(document.value == .array([.array([.null, .number("7")]), .number("8")]))
    }

    @Test func countsAreLimited() throws {
        var limits = JSONLimits()
        limits.children = 3
        limits.nameBytes = 4
        let cut = try JSONParser.parse(
            Array(#"{"x":[1,2,3,4,[5]],"y":{"a":1,"b":2,"c":3,"d":4}}"#.utf8), limits: limits)
        #expect(cut.faults.map { $0.pointer() } == ["/x", "/y"])
        #expect(cut.value.written == Array(#"{"x":[1,2,3],"y":{"a":1,"b":2,"c":3}}"#.utf8))
        let longName = try JSONParser.parse(Array(#"[{"abcde":1}]"#.utf8), limits: limits)
        #expect(longName.faults.map { $0.pointer() } == ["/0/abcde"])
        limits.values = 5
        let (within, beyond) = (Array("[1,2,3]".utf8), Array("[[1],[2],[3]]".utf8))
        #expect(throws: Never.self) { try JSONParser.parse(within, limits: limits) }
        #expect(throws: JSONFailure.self) { try JSONParser.parse(beyond, limits: limits) }
    }

    /// Random damage to a real body never crashes the parser, and what it reads it can read again.
    @Test func damageNeverCrashes() throws {
        var random = SystemRandomNumberGenerator()
        let body = Array(batch([track(id: "m1"), track(id: "m2", "\"properties\":{\"é\":[1.5e2,\"\\u0041\"]}")]).utf8)
        for _ in 0..<3_000 {
            var damaged = body
            for _ in 0..<Int.random(in: 1...4, using: &random) {
                let place = Int.random(in: 0..<damaged.count, using: &random)
                switch Int.random(in: 0..<3, using: &random) {
                case 0: damaged[place] = UInt8.random(in: 0...255, using: &random)
                case 1: damaged.remove(at: place)
                default: damaged.insert(Array("{}[]\",:\\u0eN-".utf8).randomElement(using: &random) ?? 0, at: place)
                }
            }
            guard let document = try? JSONParser.parse(damaged) else { continue }
            let again = try JSONParser.parse(document.value.written)
            #expect(again.value == document.value && again.repairs.isEmpty)
        }
    }
}
