import Chassis
import Foundation

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

/// The HTTP API over a real socket.
@Suite struct APITests {
    private struct Client: Sendable {
        let base: String
        var key: String?

        func call(_ method: String, _ path: String, _ body: String? = nil) async throws -> (status: Int, text: String) {
            var request = URLRequest(url: try #require(URL(string: base + path)))
            request.httpMethod = method
            request.httpBody = body.map { Data($0.utf8) }
            if let key { request.setValue("Bearer \(key)", forHTTPHeaderField: "Authorization") }
            let (data, response) = try await URLSession.shared.data(for: request)
            return ((response as? HTTPURLResponse)?.statusCode ?? 0, String(decoding: data, as: UTF8.self))
        }
    }

    private func serving(
        _ body: @escaping @Sendable (Bench, Client) async throws -> Void
    ) async throws {
        try await Bench.with { bench in
            let (plaintext, hash) = Key.make(.api)
            try await bench.owner.execute(
                "insert into crm.api_key (name, scope, hint, hash) values ('test', 'api', 'hf_api', \(Bytes(hash)))")
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try? await bench.parts.server.run() }
                defer { group.cancelAll() }
                let port = await bench.parts.server.listening.port()
                try await body(bench, Client(base: "http://127.0.0.1:\(port)", key: plaintext))
            }
        }
    }

    private func object(_ text: String) throws -> [String: Any] {
        try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    }

    @Test func endpointsAreManaged() async throws {
        try await serving { bench, client in
            let added = try await client.call(
                "POST", "/v1/endpoints", #"{"name":"crm","url":"https://Hooks.example.com/x","topics":["task.opened"]}"#
            )
            #expect(added.status == 201)
            let object = try object(added.text)
            let secret = try #require(object["secret"] as? String)
            let endpoint = try #require(object["endpoint"] as? [String: Any])
            let id = try #require(endpoint["id"] as? Int)
            #expect(endpoint["url"] as? String == "https://hooks.example.com:443/x")
            let listed = try await client.call("GET", "/v1/endpoints")
            #expect(listed.status == 200 && listed.text.contains("hooks.example.com"))
            #expect(!listed.text.contains(String(secret.dropFirst(6))))
            let off = try await client.call("PATCH", "/v1/endpoints/\(id)", #"{"enabled":false}"#)
            #expect(off.text.contains("switched off"))
            let on = try await client.call("PATCH", "/v1/endpoints/\(id)", #"{"enabled":true,"topics":[]}"#)
            #expect(on.status == 200 && !on.text.contains("switched off"))
            let rotated = try await client.call("POST", "/v1/endpoints/\(id)/rotate", #"{"overlap_hours":1}"#)
            #expect(try self.object(rotated.text)["secret"] as? String != secret)
            #expect(
                try await bench.count("select count(*) from notify.endpoint_secret where retired_at is not null") == 1)
            #expect(try await client.call("DELETE", "/v1/endpoints/\(id)").status == 204)
            #expect(try await client.call("GET", "/v1/endpoints/\(id)").status == 404)
            #expect(try await bench.count("select count(*) from notify.endpoint_secret") == 0)
        }
    }

    @Test(arguments: [
        ("POST", "/v1/endpoints", "{", 400), ("POST", "/v1/endpoints", #"{"name":"x"}"#, 400),
        ("POST", "/v1/endpoints", #"{"name":"x","url":"ftp://x"}"#, 400),
        ("POST", "/v1/endpoints", #"{"name":"","url":"https://x.example"}"#, 400),
        ("POST", "/v1/endpoints", #"{"name":"x","url":"https://x.example","topics":["task.opend"]}"#, 400),
        ("POST", "/v1/endpoints", #"{"name":"taken","url":"https://x.example"}"#, 409),
        ("PATCH", "/v1/endpoints/999", #"{"enabled":true}"#, 404), ("DELETE", "/v1/endpoints/999", "", 404),
        ("DELETE", "/v1/endpoints/x", "", 400), ("POST", "/v1/endpoints/999/rotate", #"{"overlap_hours":169}"#, 400),
        ("GET", "/v1/deliveries?state=lost", "", 400), ("GET", "/v1/deliveries?limit=x", "", 400),
        ("GET", "/v1/deliveries/999", "", 404), ("POST", "/v1/deliveries/999/replay", "", 404),
    ])
    func whatIsRefused(_ method: String, _ path: String, _ body: String, _ status: Int) async throws {
        try await serving { bench, client in
            _ = try await bench.book.add(name: "taken", url: "https://x.example", topics: [])
            let answer = try await client.call(method, path, body.isEmpty ? nil : body)
            #expect(answer.status == status, "\(answer.text)")
            #expect(try object(answer.text)["code"] is String && object(answer.text)["message"] is String)
        }
    }

    @Test func withoutAKeyNothingIsTold() async throws {
        try await serving { _, client in
            let stranger = Client(base: client.base)
            for path in ["/v1/endpoints", "/v1/deliveries", "/v1/deliveries/1"] {
                let answer = try await stranger.call("GET", path)
                #expect(answer.status == 401)
            }
            #expect(try await stranger.call("POST", "/v1/endpoints", "{}").status == 401)
        }
    }

    /// The whole way of a refusal: one click, and nothing more goes out, whether contacts is there or not.
    @Test func oneClickUnsubscribes() async throws {
        try await serving { bench, client in
            let account = try await bench.account("acme")
            let contact = try await bench.contact("ada", of: account, mail: "ada@example.invalid")
            try await bench.consent(contact)
            let first = try await bench.message(account, contact: contact, body: "{{links.unsubscribe}}")
            try await bench.request(first)
            try await bench.settled(1)
            let link: String = try #require(try await bench.owner.first("select body from notify.delivery"))["body"]
            let path = try #require(URL(string: link)?.path)
            let stranger = Client(base: client.base)

            let page = try await stranger.call("GET", path)
            #expect(page.status == 200 && page.text.contains("<form method=\"post\">"))
            #expect(
                try await bench.count("select count(*) from notify.refusal") == 0, "opening the link changes nothing")

            #expect(try await stranger.call("POST", path, "List-Unsubscribe=One-Click").status == 200)
            #expect(try await stranger.call("POST", path, "List-Unsubscribe=One-Click").status == 200)
            let job = try #require(
                try await bench.owner.first(
                    "select kind, payload from queue.job where kind = 'consent.withdraw' order by id limit 1"))
            let withdrawal = try (try job["payload"] as JSONText).decode(UnsubscribeRoutes.Withdrawal.self)
            #expect(
                withdrawal
                    == .init(contactID: contact, channel: "mail", topic: "marketing", source: "unsubscribe link"))

            let second = try await bench.message(account, contact: contact)
            try await bench.request(second)
            try await bench.decided(2)
            #expect(try await bench.reasons() == ["consent", "refused"])
            #expect(try await stranger.call("POST", "/u/nonsense").status == 404)
            #expect(try await stranger.call("POST", path + "x").status == 404)
        }
    }
}
