import Foundation
import Postgres
import TestBed
import Testing

@testable import Segments

/// Saved segments and custom fields in expressions.
@Suite struct LibraryTests {
    private static let library = SegmentLibrary(
        segments: [
            "vip": #"tag("vip")"#, "ua": #"country = "UA""#, "both": #"in segment("vip") and in segment("ua")"#,
            "one": #"in segment("two")"#, "two": #"in segment("one")"#, "broken": "plann = 1",
            "scored": #"signal("data_export") > 0"#,
        ],
        fields: [
            "health": .number, "tier": .choice(["gold", "silver"]), "langs": .many(["uk", "en"]), "since": .date,
            "key_account": .truth, "budget": .money, "note": .text,
        ])

    private static func fault(_ text: String, key: String? = nil) -> SegmentError? {
        do throws(SegmentError) {
            _ = try Segment.compile(text, library: library, key: key)
            return nil
        } catch {
            return error
        }
    }

    @Test func segmentsInSegmentsSelectWhatTheyAsk() async throws {
        try await Story.with { story in
            try await story.account("a", "b", "c")
            try await story.run("update crm.account set country = 'UA' where key in ('a', 'b')")
            try await story.tag("b", "vip", ago: 9)
            try await story.tag("c", "vip", ago: 9)
            let table = [
                (#"in segment("both")"#, "b"), (#"not in segment("vip")"#, "a"), (#"in segment("ua")"#, "a b"),
                (#"not in segment("ua")"#, "c"),
                (#"in segment("vip") or in segment("ua")"#, "a b c"), (#"in segment("vip") and key != "b""#, "c"),
            ]
            for (text, expected) in table {
                let select = try Segment.compile(text, library: Self.library).select()
                let keys = try await story.database.owner.query(
                    "select key from crm.account where id in (\(fragment: select)) order by key"
                ).map { try $0["key"] as String }
                #expect(keys.joined(separator: " ") == expected, "\(text)")
            }
            let past = try Segment.compile(#"in segment("vip")"#, library: Self.library).select(asOf: story.ago(10))
            let none = try await story.database.owner.query(past)
            #expect(none.isEmpty)
        }
    }

    @Test func whatIsWrongWithASegmentIsSaidWhereItIsAskedFor() throws {
        let cycle = try #require(Self.fault(#"mrr > 1 EUR and in segment("one")"#))
        #expect(cycle.code == .cyclicSegment && cycle.column == 17 && cycle.message.contains("one → two → one"))
        let own = try #require(Self.fault(#"in segment("both")"#, key: "vip"))
        #expect(own.code == .cyclicSegment && own.message.contains("vip → both → vip"))
        let unknown = try #require(Self.fault(#"in segment("vpi")"#))
        #expect(unknown.code == .unknownSegment && unknown.nearest == #""vip""#)
        let broken = try #require(Self.fault(#"in segment("broken")"#))
        #expect(broken.code == .brokenSegment && broken.message.contains("plann") && broken.column == 1)
        let past = try Segment.compile(#"tag("x") and in segment("scored")"#, library: Self.library)
        let refused = #expect(throws: SegmentError.self) { try past.select(asOf: Date()) }
        #expect(refused?.code == .notHistorised && refused?.column == 14)
        let unread = try Segment.compile(#"in segment("vip")"#)
        #expect(throws: SegmentError.self) { try unread.select() }
        #expect(Self.fault("in (1)")?.expected?.contains("in segment") == true)
        #expect(try Segment.compile(#"in segment("both")"#, library: Self.library).segments == ["both", "ua", "vip"])
    }

    @Test func fieldsHaveTheTypesThatTheyWereGiven() async throws {
        try await Story.with { story in
            try await story.account("a", "b", "c")
            let values = [
                "a":
                    #"{"health": 3, "tier": "gold", "langs": ["en", "uk"], "since": "2026-01-31", "key_account": true,"#
                    + #" "budget": {"minor": 5000, "currency": "EUR"}, "note": "Кав’ярня"}"#,
                "b":
                    #"{"health": "3", "tier": "silver", "langs": [], "key_account": false, "budget": {"minor": 1, "currency": "UAH"}}"#,
            ]
            for (key, json) in values {
                try await story.run("update crm.account set fields = \(JSONText(json)) where key = \(key)")
            }
            let table = [
                (#"field("health") >= 3"#, "a"), (#"field("health") is not known"#, "b c"),
                (#"field("tier") in ("gold", "silver")"#, "a b"), (#"field("tier") != "gold""#, "b"),
                (#"field("langs") contains "uk""#, "a"), (#"field("langs") in ("uk", "en")"#, "a"),
                (#"not field("langs") contains "uk""#, "b"), (#"field("since") < 2026-02-01"#, "a"),
                (#"field("key_account")"#, "a"), (#"not field("key_account")"#, "b"),
                (#"field("budget") >= 50 EUR"#, "a"), (#"field("budget") is known"#, "a b"),
                (#"field("note") contains "кав'ЯР""#, "a"),
            ]
            for (text, expected) in table {
                for library in [Self.library, nil] where library != nil || !text.contains("langs") {
                    let select = try Segment.compile(text, library: library).select()
                    let keys = try await story.database.owner.query(
                        "select key from crm.account where id in (\(fragment: select)) order by key"
                    ).map { try $0["key"] as String }
                    // Without its type a field of numbers that holds a text is known.
                    if library == nil, text.contains("is not known") { continue }
                    #expect(keys.joined(separator: " ") == expected, "\(text)")
                }
            }
        }
    }

    @Test func fieldsAreCheckedWithTheirTypes() throws {
        let table: [(String, SegmentError.Code, String)] = [
            (#"field("helth") > 1"#, .unknownField, "health"), (#"field("health") = "x""#, .wrongType, "number"),
            (#"field("tier") = "gld""#, .wrongType, "gold"), (#"field("langs") = "uk""#, .wrongType, "contains"),
            (#"field("langs") contains "u""#, .wrongType, "uk"), (#"field("note")"#, .wrongType, "condition"),
            (#"field("since") = 3 days"#, .wrongType, "date"), (#"field("tier") < "gold""#, .wrongType, "order"),
        ]
        for (text, code, word) in table {
            let error = try #require(Self.fault(text), "\(text)")
            #expect(error.code == code && error.sentence.contains(word), "\(text): \(error)")
        }
    }

    /// One statement says of each account in which of many segments it is, just as one statement each does.
    @Test func manyAreAskedAtOnce() async throws {
        try await Story.with { story in
            try await story.account("a", "b", "c")
            try await story.order("a", 500, ago: 3)
            try await story.tag("b", "vip", ago: 9)
            try await story.subject("c")
            try await story.usage("c", "Opened", 5, ago: 1, 2)
            try await story.merge("b", into: "a")
            let texts =
                FactRegistry.all.facts.map(\.example) + [#"tag("vip")"#, "orders.count(9 days) = 1", "true", "false"]
            let segments = try texts.map { try Segment.compile($0, library: nil) }
            let all = try await story.database.owner.query(try CompiledSegment.select(segments))
            let some = try await story.database.owner.query(
                try CompiledSegment.select(segments, of: .among([try await story.id("b")])))
            #expect(all.count == 2 && some.count == 1)
            var held: [Int64: [Int64]] = [:]
            for row in all { held[try row["id"]] = try row["held"] }
            for (place, segment) in segments.enumerated() {
                let one: [Int64] = try await story.database.owner.query(try segment.select()).map { try $0["id"] }
                let many = held.filter { $0.value.contains(Int64(place + 1)) }.map(\.key)
                #expect(Set(one) == Set(many), "\(segment.text)")
            }
            #expect(try some[0]["held"] as [Int64] == held[try await story.id("a")])
        }
    }
}
