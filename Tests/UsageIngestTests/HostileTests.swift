import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// Who means harm, beside what `RefusalHTTPTests`, `InflationTests`, `JSONParserTests` and the tests of Chassis show.
@Suite struct HostileTests {
    private static let head = HTTPRequest(method: .post, scheme: "http", authority: "x", path: "/v1/batch")

    /// A body that comes so slowly that it would hold its place for ever is cut, and the place is free again.
    @Test func aBodyThatDribblesIsCut() async throws {
        let (stream, source) = AsyncStream.makeStream(of: ByteBuffer.self)
        source.yield(ByteBuffer(string: "{"))
        let admission = Admission(mostBodies: 1, mostBytes: 1_000)
        let reader = BodyReader(limit: 1_000, patience: .milliseconds(20))
        do {
            let place = try #require(admission.enter(bytes: 10))
            let request = Request(head: Self.head, body: RequestBody(asyncSequence: stream))
            let problem = await #expect(throws: HTTPProblem.self) { try await reader.read(request, place) }
            #expect(problem?.status == .serviceUnavailable && problem?.code == "body_too_slow")
            #expect(problem?.headers[.retryAfter] == "5")
        }
        #expect(admission.bodies == 0)
        withExtendedLifetime(source) {}
    }

    /// A bomb below the limit of size is known by its density.
    @Test func aBodyThatIsNearlyNothingPackedIsRefused() async throws {
        try await Ingest.with { ingest in
            let headers = ["Authorization": "Bearer \(ingest.key)", "Content-Encoding": "gzip"]
            let bomb = Packed.bytes(Array("[".utf8) + Array(repeating: 32, count: 8 << 20) + Array("]".utf8))
            let refused = try await ingest.post("/v1/events", bytes: bomb, headers: headers)
            #expect(refused.status == 413 && refused.text("code") == "body_too_dense")
            // As like each other as events can be.
            let same = String(repeating: "the same, ", count: 20)
            let events =
                "["
                + (0..<9_000).map { #"{"event":"e","user":"u","id":"\#($0)","properties":{"a":"\#(same)"}}"# }.joined(
                    separator: ",") + "]"
            let packed = Packed.bytes(Array(events.utf8))
            #expect(try await ingest.post("/v1/events?validate=1", bytes: packed, headers: headers).status != 413)
        }
    }

    /// What one key sent is no duplicate of what another one sent about another subject, though the ids are the same.
    @Test func nobodySuppressesAnothersMessages() async throws {
        try await Ingest.with { ingest in
            let other = try await Ingest.writeKey(ingest.database)
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m1", group: "mine")])).status == 200)
            let theirs = try await ingest.post(
                "/v1/batch", batch([track(id: "m1", group: "theirs")]), headers: ["Authorization": "Bearer \(other)"])
            #expect(theirs.status == 200)
            #expect(try await ingest.count("select count(*) from usage.event") == 2)
        }
    }

    /// A flood of keys that don't exist asks the database for each of them once, and a good key goes on being believed.
    @Test func unknownKeysAreRemembered() async throws {
        try await Ingest.with { ingest in
            let unknown = Key.make(.write).plaintext
            #expect(
                try await ingest.post("/v1/batch", batch([track()]), headers: ["Authorization": "Bearer \(unknown)"])
                    .status == 401)
            // It comes to be good: for ten seconds nobody asks again.
            try await ingest.database.owner.execute(
                """
                insert into crm.api_key (name, scope, hint, hash) values ('late', 'write', '…', \(Bytes(Key.hash(of: unknown))))
                """)
            #expect(
                try await ingest.post("/v1/batch", batch([track()]), headers: ["Authorization": "Bearer \(unknown)"])
                    .status == 401)
            #expect(try await ingest.post("/v1/batch", batch([track()])).status == 200)
        }
    }

    /// A key that has expired or was withdrawn is no key, and its last use is known.
    @Test func keysEnd() async throws {
        try await Ingest.with { ingest in
            for (column, value) in [("expires_at", "now() - interval '1 second'"), ("revoked_at", "now()")] {
                let key = try await Ingest.writeKey(ingest.database)
                let set =
                    SQL(verbatim: "update crm.api_key set \(column) = \(value) where hash = ")
                    + "\(Bytes(Key.hash(of: key)))"
                try await ingest.database.owner.execute(set)
                let answer = try await ingest.post(
                    "/v1/batch", batch([track()]), headers: ["Authorization": "Bearer \(key)"])
                #expect(answer.status == 401 && answer.text("code") == "unknown_key")
            }
            #expect(try await ingest.post("/v1/batch", batch([track()])).status == 200)
            #expect(
                try await ingest.count("select count(*) from crm.api_key where used_at > now() - interval '1 minute'")
                    == 1)
        }
    }

    /// Nothing of a request stands in the log but the key's number and counts.
    @Test func theLogHoldsNoKeyAndNoContent() async throws {
        try await TestDatabase.with { database in
            let key = try await Ingest.writeKey(database)
            try await Server.with(on: database, ["HOLDFAST_LOG_LEVEL": "trace"]) { server in
                let secret = "s3cret-\(UUID().uuidString)"
                _ = try await server.post(
                    "/v1/batch?writeKey=\(key)", batch([track("E \(secret)", id: secret)]), key: key)
                _ = try await server.post("/v1/batch", "{\"writeKey\":\"\(key)\", \(secret)", key: key)
                _ = try await server.post("/v1/batch", batch(["\"\(secret)\""]), key: key)
                _ = try await server.post("/v1/nothing?key=\(key)&\(secret)", "", key: key)
                #expect(!server.program.output.contains(key) && !server.program.output.contains(secret))
            }
        }
    }
}
