import Model
import NIOHTTP1
import Testing

@testable import Contacts

/// How often a key may ask, what a request may be, and what is said otherwise.
@Suite struct LimitTests {
    @Test func aBucketFillsAsTimePasses() {
        let start = ContinuousClock.now
        var bucket = KeyRate.Bucket(at: start)
        let first = (0..<25).map { _ in bucket.take(at: start, perSecond: 10) }
        #expect(first.count { $0 == nil } == 20 && first.last == .some(1))
        #expect(bucket.take(at: start + .milliseconds(50), perSecond: 10) == 1)
        #expect(bucket.take(at: start + .milliseconds(150), perSecond: 10) == nil)
        let later = (0..<25).map { _ in bucket.take(at: start + .seconds(100), perSecond: 10) }
        #expect(later.count { $0 == nil } == 20)
    }

    @Test func aKeyThatAsksTooOftenComesAgainLater() async throws {
        try await Office.with(["HOLDFAST_CONTACTS_REQUESTS_PER_SECOND": "1"]) { office in
            var answers: [Office.Answer] = []
            for _ in 0..<30 { answers.append(try await office.api(.GET, "/v1/accounts/none")) }
            let refused = answers.filter { $0.status == 429 }
            #expect(answers[0].status == 404 && answers[1].status == 404 && !refused.isEmpty)
            for answer in refused {
                #expect(answer["code"] == "too_many_requests" && answer.headers["retry-after"] == ["1"])
            }
            // Every key has its own.
            let other = try await Office.key(office.desk)
            let theirs = try await office.ask(.GET, "/v1/accounts", headers: ["Authorization": "Bearer \(other)"])
            #expect(theirs.status == 200)
            #expect(try await office.ask(.GET, "/v1/openapi.json").status == 200)
        }
    }

    @Test(arguments: [
        ("GET", "/v1/accounts?limit=1&limit=2", 422, "invalid"), ("GET", "/v1/accounts?lmit=1", 422, "invalid"),
        ("GET", "/v1/accounts?limit=%2B5", 422, "invalid"), ("GET", "/v1/accounts?limit=", 422, "invalid"),
        ("GET", "/v1/accounts?after=%00", 422, "invalid"), ("GET", "/v1/accounts?after=%FF", 400, "bad_query"),

        ("GET", "/v1/accounts/%00", 400, "bad_path"), ("GET", "/v1/accounts/%20", 422, "invalid"),
        ("GET", "/v1/tasks?after=x", 422, "invalid"), ("POST", "/v1/tasks/x/done", 422, "invalid"),
        ("GET", "/v1/accounts/x/timeline?before=2026-02-30", 422, "invalid"),
    ])
    func pathsAndQueriesAreReadExactly(_ method: String, _ path: String, _ status: Int, _ code: String) async throws {
        try await Office.with { office in
            let answer = try await office.api(HTTPMethod(rawValue: method), path, method == "POST" ? "{}" : nil)
            #expect(answer.status == status && answer["code"] == code, "\(answer.body)")
            #expect(answer.headers["content-type"] == ["application/problem+json"])
        }
    }

    @Test func whatIsNoJSONIsNotTaken() async throws {
        try await Office.with { office in
            func put(_ headers: [String: String], _ body: String = "{}") async throws -> Int {
                try await office.api(.PUT, "/v1/accounts/x", body, headers: headers).status
            }
            _ = try await put([:])
            for type in [
                "text/csv", "application/xml", "application/json; charset=windows-1251", "multipart/form-data",
            ] {
                #expect(try await put(["Content-Type": type]) == 415, "\(type)")
            }
            #expect(try await put(["Content-Encoding": "gzip"]) == 415)
            for accept in ["text/html", "application/json;q=0", "image/*"] {
                #expect(try await put(["Accept": accept]) == 406, "\(accept)")
            }
            for headers in [
                ["Content-Type": "application/json; charset=UTF-8"],
                ["Content-Type": "application/x-www-form-urlencoded"],
                ["Accept": "text/html, */*;q=0.8"], ["Accept": "application/problem+json"], [:],
            ] {
                #expect([200, 201].contains(try await put(headers)), "\(headers)")
            }
            #expect(try await put([:], "{\"name\": \"" + String(repeating: "x", count: 5 << 20) + "\"}") == 413)
            #expect(try await put([:], "{\"name\": \"" + String(repeating: "x", count: 1 << 20) + "\"}") == 422)
        }
    }

    /// JSON has types: nothing is guessed from texts, and no amount from a binary fraction.
    @Test(arguments: [
        (#""items": "5""#, "items"), (#""amount": 29.33"#, "amount"), (#""amount": "1,5""#, "amount"),
        (#""amount": "1.234""#, "amount"), (#""amount": 1, "amount_minor": 100"#, "amount"), (#""items": 1e400"#, "-"),
        (#""currency": "eur""#, "currency"), (#""ordered_at": " 2026-05-01""#, "ordered_at"),
        (#""order_key": "x""#, "order_key"),
    ])
    func bodiesAreReadExactly(_ said: String, _ field: String) async throws {
        try await Office.with { office in
            _ = try await office.api(.PUT, "/v1/accounts/a", "{}")
            var fields = [
                "account_key": "\"account_key\": \"a\"", "ordered_at": "\"ordered_at\": \"2026-05-01\"",
                "currency": "\"currency\": \"EUR\"", "amount": "\"amount_minor\": 100",
            ]
            let name = said.split(separator: "\"").first.map(String.init) ?? ""
            fields[name] = said
            let answer = try await office.api(.PUT, "/v1/orders/1", "{" + fields.values.joined(separator: ",") + "}")
            #expect([400, 422].contains(answer.status) && answer["field"] == field, "\(answer.body)")
        }
    }
}
