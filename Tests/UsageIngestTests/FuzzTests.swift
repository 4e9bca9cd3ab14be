import Foundation
import HTTPTypes
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// Real bodies, broken in ways that a generator makes up: whatever comes of it, nothing traps, what is taken is within all
/// limits, and PostgreSQL keeps it. The same seeds every time; HOLDFAST_TEST_FUZZ makes it that many times longer.
@Suite struct FuzzTests {
    private static let times = ProcessInfo.processInfo.environment["HOLDFAST_TEST_FUZZ"].flatMap(Int.init) ?? 1
    private static let bodies = 1_500

    @Test(arguments: Formats.all.map(\.name))
    func brokenBodies(format name: String) async throws {
        let format = try #require(Formats.named(name))
        let today = UTCTime.now.day
        let keptDays = today.advanced(by: -400)..<today.advanced(by: 60)
        var sample: [JSONBytes] = []
        for seed in 0..<Self.bodies * Self.times {
            var mutation = Mutation(seed: UInt64(seed))
            let path = format.paths.randomElement(using: &mutation.random) ?? ""
            let bytes = mutation.broken(Corpus.bodies)
            var body = IngestBody(path: path, bytes: bytes)
            body.headers[.contentType] = Corpus.types.randomElement(using: &mutation.random)
            guard let submission = try? format.read(body) else { continue }
            let reception = Reception(receivedAt: .now, isHistorical: submission.isHistorical, keptDays: keptDays)
            var parcel = Parcel(format: name, path: path, keyID: 1, receivedAt: .now, envelope: submission.envelope)
            parcel.add(submission.items, reception, hiding: "secret")
            #expect(parcel.count == submission.items.count, "seed \(seed)")
            for taken in parcel.entries {
                try Self.expectWithinLimits(taken.entry, keptDays, seed)
                if sample.count < 500, mutation.random.next() % 8 == 0 { sample.append(taken.entry.content) }
            }
        }
        try await Self.expectKept(sample)
    }

    private static func expectWithinLimits(_ entry: Entry, _ keptDays: Range<CalendarDay>, _ seed: Int) throws {
        #expect((1...200).contains(entry.messageID.unicodeScalars.count), "seed \(seed)")
        #expect((1...200).contains(entry.subject.key.unicodeScalars.count), "seed \(seed)")
        #expect(keptDays.contains(entry.sentOn) && keptDays.contains(entry.occurredAt.day), "seed \(seed)")
        for text in [entry.messageID, entry.subject.key, entry.other?.key ?? ""] {
            #expect(!text.unicodeScalars.contains("\0"), "seed \(seed)")
        }
        let again = try JSONParser.parse(entry.content.bytes)
        #expect(again.repairs.isEmpty && again.faults.isEmpty, "seed \(seed)")
    }

    /// What is taken must not be refused by the database: it would cost its whole batch a second try.
    private static func expectKept(_ sample: [JSONBytes]) async throws {
        try await TestDatabase.withEmpty { database in
            let row = try await database.owner.first("select count(*) as n from unnest(\(sample)) as kept (content)")
            #expect(try row?["n"] == Int64(sample.count))
        }
    }

    @Test func brokenPackings() {
        let packed = Corpus.bodies.map { Packed.bytes($0) }
        for seed in 0..<Self.bodies * Self.times {
            var mutation = Mutation(seed: UInt64(seed))
            let inflation = Inflation([.gzip, .deflate][seed % 2], limit: 4_000)
            let bytes = mutation.broken(packed)
            do throws(UnpackingFailure) {
                for start in stride(from: 0, to: bytes.count, by: 700) {
                    try inflation.add(Array(bytes[start..<min(bytes.count, start + 700)]))
                }
                #expect(try inflation.finish().count <= 4_000)
            } catch {
                #expect(inflation.output.count <= 4_001, "seed \(seed)")
            }
        }
    }
}

/// Ways of breaking bytes, made up by a generator with a seed.
struct Mutation {
    var random: SplitMix

    private static let tokens: [[UInt8]] = [
        "NaN", "-Infinity", "1e999", "1e-999", "-0", "10000000000000000000000000000000", "\"\\u0000\"", "\"\\ud800\"",
        "\u{0}",
        "null", "true", "{}", "[]", "\"\"", "\\", "\"", ",", ":", "}", "]", "{", "[", "9999-12-31T23:59:60Z",
        "\"1970-01-01\"", "\u{FEFF}", "'; drop table usage.event; --", "%C0%A0", "{\"$set\":[]}",
    ].map { Array($0.utf8) }

    init(seed: UInt64) { random = SplitMix(state: seed) }

    /// One of these bodies after one to eight mutations, or as it is.
    mutating func broken(_ bodies: [[UInt8]]) -> [UInt8] {
        var bytes = bodies.randomElement(using: &random) ?? []
        for _ in 0..<Int.random(in: 0...8, using: &random) { change(&bytes, bodies) }
        return bytes
    }

    private mutating func change(_ bytes: inout [UInt8], _ bodies: [[UInt8]]) {
        let at = Int.random(in: 0...bytes.count, using: &random)
        let length = min(bytes.count - at, Int.random(in: 0...40, using: &random))
        switch Int.random(in: 0..<9, using: &random) {
        case 0 where at < bytes.count: bytes[at] = UInt8.random(in: .min ... .max, using: &random)
        case 1 where at < bytes.count: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
        case 2: bytes.removeSubrange(at..<at + length)
        case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: at)
        case 4: bytes = Array(bytes[..<at])
        case 5:
            let other = bodies.randomElement(using: &random) ?? []
            bytes = bytes[..<at] + other.suffix(Int.random(in: 0...other.count, using: &random))
        case 6: bytes.insert(contentsOf: repeatElement(UInt8(ascii: "["), count: length * 10), at: at)
        case 7: bytes.insert(contentsOf: repeatElement(UInt8(ascii: "x"), count: length * 20), at: at)
        default: bytes.insert(contentsOf: Self.tokens.randomElement(using: &random) ?? [], at: at)
        }
    }
}

/// Bodies as real clients send them.
enum Corpus {
    static let types = [
        "application/json", "application/cloudevents+json", "application/cloudevents-batch+json; charset=utf-8",
        "text/plain",
        "application/x-www-form-urlencoded",
    ]

    static var bodies: [[UInt8]] {
        let time = isoNow(plus: -60)
        return [
            """
            {"batch":[{"integrations":{},"anonymousId":null,"properties":{"n":1,"x":[1.5,true,null]},"timestamp":"\(time)",\
            "context":{"groupId":"org_9","library":{"name":"analytics-python","version":"2.4.0"}},"userId":"u1","type":"track",\
            "event":"Order Completed","messageId":"7ddfd539-9f40-451f-afeb-102784c577d3"},{"type":"identify","userId":"u1",\
            "traits":{"plan":"pro"},"messageId":"m2"},{"type":"group","groupId":7,"userId":"u1","traits":{"name":"Acme"}}],\
            "sentAt":"\(time)","writeKey":"WK"}
            """,
            """
            {"type":"alias","userId":"u1","previousId":"anon-1","timestamp":"\(time)","context":{"traits":{"a":1}}}
            """,
            """
            [{"event":"Report Viewed","group":"acme","user":"u1","id":"1","time":"\(time)","properties":{"pages":3}},
             {"event":"Ґанок відкрито","userId":"u2"}]
            """,
            """
            {"batch":[{"properties":{"n":1,"$groups":{"company":"org_9"},"$lib":"posthog-python"},"timestamp":"\(time)",\
            "distinct_id":"u1","event":"order done","uuid":"20891fcf-0000-4000-8000-000000000001"},{"event":"$set",\
            "distinct_id":"u1","$set":{"plan":"pro"}},{"event":"$groupidentify","properties":{"$group_type":"company",\
            "$group_key":"org_9","$group_set":{"name":"Acme"}},"distinct_id":"d"},{"event":"$create_alias",\
            "properties":{"distinct_id":"anon1","alias":"u1"},"distinct_id":"u1"}],"historical_migration":false,\
            "sent_at":"\(time)","api_key":"phc_WK"}
            """,
            """
            {"created_at":"\(time)","batch":[{"event":"order done","uuid":"20891fcf-0000-4000-8000-000000000002",\
            "distinct_id":"u1","timestamp":"\(time)","options":{},"properties":{"$groups":{"company":"org_9"}}}]}
            """,
            """
            [{"specversion":"1.0","id":"1","source":"/shop","type":"order.placed","subject":"acme","time":"\(time)",\
            "datacontenttype":"application/json","data":{"total":"12.50"}}]
            """,
            "data=eyJldmVudCI6ImUiLCJwcm9wZXJ0aWVzIjp7ImRpc3RpbmN0X2lkIjoidTEiLCJ0b2tlbiI6IldLIn19&compression=base64",
        ].map { Array($0.utf8) }
    }
}
