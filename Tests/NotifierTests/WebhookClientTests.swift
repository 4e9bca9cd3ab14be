import Chassis
import Foundation
import Synchronization
import TestBed
import Testing

@testable import Notifier

/// A port that is taken, so that nobody else listens there, and that refuses every connection.
private struct DeafPort {
    private let socket: Int32

    init(_ host: String, _ port: Int) throws {
        socket = Foundation.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = UInt16(port).bigEndian
        address.sin_addr.s_addr = inet_addr(host)
        let (socket, length) = (socket, socklen_t(MemoryLayout<sockaddr_in>.size))
        let isBound = withUnsafePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(socket, $0, length) == 0 }
        }
        guard isBound else { throw POSIXError(.EADDRINUSE) }
    }

    func close() { Foundation.close(socket) }
}

@Suite struct WebhookClientTests {
    /// Names of the tests lead to 127.0.0.1, which is allowed.
    private func client(
        allow: String = "127.0.0.1/32", limits: WebhookClient.Limits = .init(),
        resolve: @escaping @Sendable (String) async -> [String] = { _ in ["127.0.0.1"] }
    ) throws -> WebhookClient {
        let networks = allow.isEmpty ? [] : [try #require(NetworkRange(allow))]
        return WebhookClient(
            policy: AddressPolicy(allowed: networks), resolver: Resolver(addresses: resolve), limits: limits)
    }

    private func post(_ client: WebhookClient, _ url: String, body: String = "{}") async throws -> AttemptResult {
        try await client.post(try EndpointURL(url), headers: [("webhook-id", "msg_1")], body: Array(body.utf8))
    }

    @Test func sendsExactlyTheBytesAndKeepsTheHost() async throws {
        let receiver = try Receiver { _, _ in .status(202, body: "thanks") }
        let result = try await post(
            try client(), "http://hooks.example.test:\(receiver.port)/a?b=c", body: #"{"a": 1.0}"#)
        #expect(result == .answered(status: 202, retryAfter: nil, words: "thanks"))
        let request = try #require(receiver.requests.first)
        #expect(request.line == "POST /a?b=c HTTP/1.1")
        #expect(request.headers["host"] == "hooks.example.test:\(receiver.port)")
        #expect(request.body == Array(#"{"a": 1.0}"#.utf8))
    }

    @Test(arguments: [
        ["10.0.0.1"], ["8.8.8.8", "10.0.0.1"], ["127.0.0.1", "169.254.169.254"], ["::1"], ["fe80::1%eth0"],
        ["::ffff:10.0.0.1"],
    ])
    func oneDeniedAddressRefusesTheName(_ addresses: [String]) async throws {
        let receiver = try Receiver.answering(200)
        let result = try await post(
            try client { _ in addresses }, "http://hooks.example.test:\(receiver.port)/")
        #expect(result == .refused(WebhookClient.refusal))
        #expect(!WebhookClient.refusal.contains("10.0.0.1"))
        #expect(receiver.requests.isEmpty)
    }

    @Test(arguments: ["http://127.0.0.1:PORT/", "http://localhost:PORT/", "http://[::ffff:127.0.0.1]:PORT/"])
    func thisMachineIsClosed(_ url: String) async throws {
        let receiver = try Receiver.answering(200)
        let client = WebhookClient(policy: AddressPolicy(allowed: []), resolver: .system)
        let result = try await post(client, url.replacing("PORT", with: String(receiver.port)))
        #expect(result == .refused(WebhookClient.refusal))
        #expect(receiver.requests.isEmpty)
    }

    /// The name leads elsewhere at the second look-up. There is only one for each attempt, and it is what is connected to.
    @Test func rebindingIsOfNoUse() async throws {
        let receiver = try Receiver.answering(200)
        let lookUps = Mutex(0)
        let client = try client(allow: "127.0.0.1/32") { _ in
            lookUps.withLock { count in
                count += 1
                return count == 1 ? ["127.0.0.1"] : ["127.0.0.2"]
            }
        }
        let url = "http://rebinding.example.test:\(receiver.port)/"
        #expect(try await post(client, url) == .answered(status: 200, retryAfter: nil, words: "ok"))
        #expect(lookUps.withLock(\.self) == 1)
        #expect(try await post(client, url) == .refused(WebhookClient.refusal))
        #expect(receiver.requests.count == 1)
    }

    @Test(arguments: [301, 302, 303, 307, 308])
    func redirectsAreNotFollowed(_ status: Int) async throws {
        let secret = try Receiver.answering(200)
        let receiver = try Receiver { _, _ in .status(status, headers: ["location": secret.url]) }
        let result = try await post(try client(), receiver.url)
        #expect(result == .answered(status: status, retryAfter: nil, words: "ok"))
        #expect(secret.requests.isEmpty)
    }

    @Test(arguments: [200, 204, 400, 404, 410, 429, 500, 503])
    func statuses(_ status: Int) async throws {
        let receiver = try Receiver { _, _ in .status(status, headers: ["Retry-After": "7"], body: "") }
        #expect(
            try await post(try client(), receiver.url)
                == .answered(status: status, retryAfter: .seconds(7), words: ""))
    }

    @Test func whoHangsIsGivenUp() async throws {
        let receiver = try Receiver { _, _ in .hang }
        let client = try client(limits: .init(whole: .milliseconds(400)))
        #expect(try await post(client, receiver.url) == .timedOut)
    }

    @Test func whoDripsIsGivenUpByTheSameDeadline() async throws {
        let receiver = try Receiver { _, _ in .drip }
        let client = try client(limits: .init(whole: .milliseconds(600)))
        #expect(try await post(client, receiver.url) == .timedOut)
    }

    @Test func aHugeAnswerIsReadToItsLimitOnly() async throws {
        let receiver = try Receiver { _, _ in .flood }
        let result = try await post(try client(limits: .init(whole: .seconds(10))), receiver.url)
        #expect(result == .answered(status: 200, retryAfter: nil, words: String(repeating: "x", count: 500)))
    }

    @Test func aSlowNameIsGivenUp() async throws {
        let client = try client(limits: .init(lookUp: .milliseconds(100))) { _ in
            try? await Task.sleep(for: .seconds(60))
            return ["127.0.0.1"]
        }
        let result = try await post(client, "http://slow.example.test:9000/")
        #expect(result == .unreachable("The host's name was not resolved in time."))
    }

    @Test func whatCannotBeReached() async throws {
        let receiver = try Receiver { _, _ in .close }
        guard case .unreachable = try await post(try client(), receiver.url) else {
            Issue.record("a closed connection is no answer")
            return
        }
        receiver.close()
        #expect(
            try await post(try client { _ in [] }, "http://nowhere.example.test/")
                == .unreachable("The host's name is unknown."))
    }

    /// The first address takes no connection; the second one does.
    @Test func triesTheNextAddress() async throws {
        let receiver = try Receiver.answering(200)
        let deaf = try DeafPort("127.0.0.9", receiver.port)
        defer { deaf.close() }
        let client = try client(allow: "127.0.0.0/8", limits: .init(whole: .seconds(60), connect: .seconds(20))) { _ in
            ["127.0.0.9", "127.0.0.1"]
        }
        let result = try await post(client, "http://two.example.test:\(receiver.port)/")
        #expect(result == .answered(status: 200, retryAfter: nil, words: "ok"), "\(result)")
        #expect(receiver.requests.count == 1)
    }

    /// Closing twice touches no socket that got the number meanwhile.
    @Test func aReceiverThatIsClosedTwiceClosesNothingElse() async throws {
        let first = try Receiver.answering(200)
        _ = try await post(try client(), first.url)
        first.close()
        try await eventually("its port is given back") {
            if case .unreachable = try await post(try client(), first.url) { true } else { false }
        }
        let others = try (1...20).map { _ in try Receiver.answering(200) }
        first.close()
        for other in others {
            #expect(try await post(try client(), other.url) == .answered(status: 200, retryAfter: nil, words: "ok"))
            other.close()
        }
    }

    @Test func wordsOfOthersAreMadePlain() {
        #expect(Words.plain(Array("a\u{1B}[31m\nb".utf8) + [0xFF], limit: 20) == "a [31m b\u{FFFD}")
        #expect(Words.plain(Array("äöü".utf8), limit: 2) == "äö")
    }

    @Test func retryAfterForms() {
        let now = Date(timeIntervalSince1970: 1_445_412_420)
        #expect(RetryAfter.read("120", now: now) == .seconds(120))
        #expect(RetryAfter.read("Wed, 21 Oct 2015 07:28:00 GMT", now: now) == .seconds(60))
        #expect(RetryAfter.read("Wed, 21 Oct 2015 07:26:00 GMT", now: now) == .zero)
        #expect(RetryAfter.read("99999999999999999999", now: now) == nil)
        #expect(RetryAfter.read("-5", now: now) == nil)
        #expect(RetryAfter.read("soon", now: now) == nil)
        #expect(RetryAfter.read(nil, now: now) == nil)
    }
}
