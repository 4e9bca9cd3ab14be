import Testing

@testable import Notifier

@Suite struct SignatureTests {
    private let body = Array(#"{"test": 2432232314}"#.utf8)

    /// The vector of the specification's own libraries.
    @Test func goldenVector() throws {
        let secret = try #require(EndpointSecret(text: "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let signature = StandardSignature.sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", timestamp: 1_614_265_330, body: body, secrets: [secret])
        #expect(signature == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test func rotationSignsWithEverySecret() throws {
        let (new, old) = (EndpointSecret.make(), EndpointSecret.make())
        let both = StandardSignature.sign(id: "msg_1", timestamp: 1, body: body, secrets: [new, old])
        let entries = both.split(separator: " ")
        #expect(entries.count == 2)
        // A verifier of the specification throws on an entry without exactly one comma.
        #expect(entries.allSatisfy { $0.count { $0 == "," } == 1 && $0.hasPrefix("v1,") })
        #expect(entries[1] == StandardSignature.sign(id: "msg_1", timestamp: 1, body: body, secrets: [old]))
    }

    @Test func secretsAreReadBackAndNotShown() throws {
        let secret = EndpointSecret.make()
        #expect(EndpointSecret(text: secret.text) == secret)
        #expect(secret.text.hasPrefix("whsec_"))
        #expect(!"\(secret)".contains(secret.text.dropFirst(6)))
        #expect(secret.bytes != EndpointSecret.make().bytes)
    }

    @Test(arguments: ["", "whsec_", "whsec_AAAA", "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "whsec_%%%%"])
    func whatIsNoSecret(_ text: String) {
        #expect(EndpointSecret(text: text) == nil)
    }
}
