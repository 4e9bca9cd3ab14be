import Chassis
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Versions of what PUT writes: the second of two edits at once is refused.
@Suite struct RecordTests {
    private static let bodies: [(path: String, first: String, second: String)] = [
        ("/v1/accounts/acme", #"{"name": "Acme"}"#, #"{"name": "Acme Ltd"}"#),
        (
            "/v1/contacts/anna", #"{"account_key": "acme", "name": "Anna"}"#,
            #"{"account_key": "acme", "addresses": [{"channel": "mail", "value": "anna@example.com"}]}"#
        ),
        (
            "/v1/orders/1", #"{"account_key": "acme", "ordered_at": "2026-05-01", "amount": 30, "currency": "USD"}"#,
            #"{"account_key": "acme", "ordered_at": "2026-05-01", "amount": 31, "currency": "USD"}"#
        ),
        (
            "/v1/subscriptions/s1", #"{"account_key": "acme", "mrr": 49, "currency": "EUR", "plan": "pro"}"#,
            #"{"account_key": "acme", "mrr": 59, "currency": "EUR", "plan": "pro"}"#
        ),
        ("/v1/segments/ua", #"{"expression": "country = \"UA\""}"#, #"{"expression": "country = \"DE\""}"#),
    ]

    private static func version(_ answer: Office.Answer) throws -> String { try #require(answer.headers["etag"].first) }

    @Test func everyRecordIsReadAndChangedByItsVersion() async throws {
        try await Office.with { office in
            for (path, first, second) in Self.bodies {
                let unknown = try await office.api(.GET, path)
                #expect(unknown.status == 404 && unknown["code"].hasPrefix("unknown_"), "\(path) \(unknown.body)")
                let early = try await office.api(.PUT, path, first, headers: ["If-Match": "*"])
                #expect(early.status == 412 && early["code"] == "precondition_failed", "\(early.body)")
                let made = try await office.api(.PUT, path, first, headers: ["If-None-Match": "*"])
                #expect(made.status == 201, "\(made.body)")
                #expect(try await office.api(.PUT, path, first, headers: ["If-None-Match": "*"]).status == 412)
                let read = try await office.api(.GET, path)
                #expect(read.status == 200, "\(path) \(read.body)")
                let version = try Self.version(read)
                let ofMade = try Self.version(made)
                #expect(ofMade == version && version.hasPrefix("\"") && version.utf8.count == 34)
                // What changes nothing keeps the version.
                let same = try await office.api(.PUT, path, first, headers: ["If-Match": version])
                #expect(same["result"] == "unchanged", "\(same.body)")
                #expect(try Self.version(same) == version)
                let changed = try await office.api(.PUT, path, second, headers: ["If-Match": "\"x\", \(version)"])
                #expect(changed["result"] == "changed", "\(changed.body)")
                #expect(try Self.version(changed) != version)
                for stale in [version, "W/" + (try Self.version(changed)), "\"\""] {
                    let late = try await office.api(.PUT, path, first, headers: ["If-Match": stale])
                    #expect(late["detail"].contains("weak ETag") == stale.hasPrefix("W/"))
                    #expect(late.status == 412 && late["message"].contains("GET it again"), "\(stale) \(late.body)")
                }
                let (now, then) = (try Self.version(try await office.api(.GET, path)), try Self.version(changed))
                #expect(now == then)
                for headers in [["If-Match": "abc"], ["If-Match": "\"abc"], ["If-None-Match": "\"abc\""]] {
                    #expect(try await office.api(.PUT, path, first, headers: headers)["code"] == "bad_precondition")
                }
            }
        }
    }

    @Test func aTagIsPartOfItsAccountsVersion() async throws {
        try await Office.with { office in
            let made = try await office.api(.PUT, "/v1/accounts/acme", "{}")
            #expect(try await office.api(.PUT, "/v1/accounts/acme/tags/vip").status == 200)
            let version = try Self.version(made)
            #expect(try await office.api(.PUT, "/v1/accounts/acme", "{}", headers: ["If-Match": version]).status == 412)
        }
    }

    /// Each edit differs from what is there and from the other.
    @Test func ofTwoEditsAtOnceOneIsRefused() async throws {
        try await Office.with { office in
            _ = try await office.api(.PUT, "/v1/accounts/acme", "{}")
            for round in 0..<8 {
                for (path, body) in [
                    ("/v1/accounts/a\(round)", #"{"name": "N#"}"#),
                    ("/v1/contacts/c\(round)", #"{"account_key": "acme", "name": "N#"}"#),
                    (
                        "/v1/orders/o\(round)",
                        #"{"account_key": "acme", "ordered_at": "2026-05-01", "amount": #, "currency": "USD"}"#
                    ),
                    (
                        "/v1/subscriptions/s\(round)",
                        #"{"account_key": "acme", "mrr": #, "currency": "EUR", "plan": "pro"}"#
                    ),
                ] {
                    func both(_ values: [Int], _ headers: [String: String]) async throws -> [Int] {
                        let bodies = values.map { body.replacing("#", with: "\($0)") }
                        async let one = office.api(.PUT, path, bodies[0], headers: headers)
                        async let other = office.api(.PUT, path, bodies[1], headers: headers)
                        return try await [one.status, other.status].sorted()
                    }
                    #expect(try await both([1, 2], ["If-None-Match": "*"]) == [201, 412], "\(path)")
                    let version = try Self.version(try await office.api(.GET, path))
                    #expect(try await both([3, 4], ["If-Match": version]) == [200, 412], "\(path)")
                }
            }
        }
    }
}

/// POSTs that are sent again.
@Suite struct RepeatableTests {
    private static let call = #"{"kind": "call", "body": "They will stay."}"#
    private static let path = "/v1/accounts/acme/interactions"

    private func count(_ office: Office) async throws -> Int64 {
        try await office.desk.count("select from crm.interaction")
    }

    @Test func itIsDoneOnceAndAnsweredAlike() async throws {
        try await Office.with { office in
            let key = ["Idempotency-Key": "8e03978e-40d5-43dd-bc93-6894a57f9324"]
            // What was refused may be mended and sent under the same key.
            #expect(try await office.api(.POST, Self.path, Self.call, headers: key).status == 404)
            _ = try await office.api(.PUT, "/v1/accounts/acme", "{}")
            let first = try await office.api(.POST, Self.path, Self.call, headers: key)
            #expect(first.status == 201 && first.headers["idempotency-replayed"].isEmpty, "\(first.body)")
            let again = try await office.api(.POST, Self.path, Self.call, headers: key)
            #expect(
                again.status == 201 && again.body == first.body && again.headers["idempotency-replayed"] == ["true"])
            #expect(try await count(office) == 1)
            let other = try await office.api(.POST, Self.path, #"{"kind": "note", "body": "x"}"#, headers: key)
            #expect(other.status == 409 && other["code"] == "idempotency_key_reused")
            // The same words of another program are its own.
            let stranger = try await Office.key(office.desk)
            let theirs = try await office.api(
                .POST, Self.path, Self.call, headers: key.merging(["Authorization": "Bearer \(stranger)"]) { $1 })
            #expect(theirs.status == 201 && theirs.body != first.body)
            for _ in 0..<2 { #expect(try await office.api(.POST, Self.path, Self.call).status == 201) }
            #expect(try await count(office) == 4)
            for bad in ["a b", String(repeating: "x", count: 201)] {
                let answer = try await office.api(.POST, Self.path, Self.call, headers: ["Idempotency-Key": bad])
                #expect(answer.status == 400 && answer["code"] == "bad_idempotency_key")
            }
        }
    }

    @Test func ofManyAtOnceOneIsDone() async throws {
        try await Office.with { office in
            _ = try await office.api(.PUT, "/v1/accounts/acme", "{}")
            let answers = try await withThrowingTaskGroup(of: Office.Answer.self) { group in
                for _ in 0..<12 {
                    group.addTask {
                        try await office.api(.POST, Self.path, Self.call, headers: ["Idempotency-Key": "one"])
                    }
                }
                return try await group.reduce(into: []) { $0.append($1) }
            }
            #expect(Set(answers.map(\.body)).count == 1 && answers.allSatisfy { $0.status == 201 })
            #expect(answers.count { $0.headers["idempotency-replayed"].isEmpty } == 1)
            #expect(try await count(office) == 1)
        }
    }

    @Test func ordersAreAnsweredAsTheFirstTimeUntilTheDayIsOver() async throws {
        try await Office.with { office in
            _ = try await office.api(.PUT, "/v1/accounts/acme", "{}")
            let orders = #"{"orders": [{"account_key": "acme", "order_key": "1", "amount": 1, "currency": "EUR"}, {}]}"#
            let key = ["Idempotency-Key": "orders-1"]
            let first = try await office.api(.POST, "/v1/orders", orders, headers: key)
            let again = try await office.api(.POST, "/v1/orders", orders, headers: key)
            #expect(again.body == first.body && again["results.0.result"] == first["results.0.result"])
            try await office.desk.pool.execute("update crm.idempotency set created_at = now() - interval '25 hours'")
            try await office.desk.pool.execute(
                "delete from crm.idempotency where created_at < now() - \(Repeatable.kept)::interval")
            let later = try await office.api(.POST, "/v1/orders", orders, headers: key)
            #expect(later.headers["idempotency-replayed"].isEmpty)
        }
    }

    /// "й" as one code point and as two is one key, whoever sends it.
    @Test func keysThatReadAlikeAreOne() async throws {
        try await Office.with { office in
            let made = try await office.api(.PUT, "/v1/accounts/%D0%B9", "{}")
            #expect(made.status == 201)
            #expect(try await office.api(.PUT, "/v1/accounts/%D0%B8%CC%86", "{}")["result"] == "unchanged")
            let order = #"{"account_key": "\u0438\u0306", "amount": 1, "currency": "EUR", "ordered_at": "2026-05-01"}"#
            #expect(try await office.api(.PUT, "/v1/orders/1", order).status == 201)
            #expect(try await office.desk.count("select from crm.account") == 1)
        }
    }
}
