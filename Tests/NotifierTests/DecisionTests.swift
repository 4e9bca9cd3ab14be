import Foundation
import Testing

@testable import Notifier

@Suite struct DecisionTests {
    private static let sandbox = ChannelSettings(name: "mail", sandbox: true)
    private static let consented = ConsentFacts(
        consents: [.init(channel: "mail", topic: "marketing", granted: true, at: Date(timeIntervalSince1970: 100))])

    private static func message(_ change: (inout MessageFacts) -> Void = { _ in }) -> MessageFacts {
        var message = MessageFacts(id: 1, channel: "mail", topic: "marketing", body: "", contactID: 5)
        message.account = .init(id: 1, key: "acme", name: "Acme")
        message.contact = .init(name: "Ada")
        message.consents = consented
        message.addresses = [.init(value: "ada@example.invalid", isSuppressed: false)]
        change(&message)
        return message
    }

    private func reason(_ change: (inout MessageFacts) -> Void) -> MessageDecision.Reason {
        MessageDecision.decide(Self.message(change), channel: Self.sandbox, endpoints: []).reason
    }

    @Test func whatMayGoOut() {
        let decision = MessageDecision.decide(Self.message(), channel: Self.sandbox, endpoints: [])
        #expect(decision == MessageDecision(reason: .consent, way: .address("ada@example.invalid")))
    }

    @Test func whatIsStopped() {
        #expect(reason { $0.account = nil } == .accountGone)
        #expect(reason { $0.contact = nil } == .contactGone)
        #expect(reason { $0.consents = nil } == .contactGone)
        #expect(reason { $0.consents = ConsentFacts() } == .noConsent)
        #expect(reason { $0.topic = "service" } == .noConsent)
        #expect(reason { $0.topic = "alert" } == .noConsent)
        #expect(reason { $0.addresses = [] } == .noAddress)
        #expect(reason { $0.addresses = [.init(value: "a@b", isSuppressed: true)] } == .suppressed)
        #expect(MessageDecision.decide(Self.message(), channel: nil, endpoints: []).reason == .noChannel)
    }

    /// A refusal by link counts at once, until a later consent.
    @Test(arguments: [(99.0, MessageDecision.Reason?.none), (100.0, .refused), (101.0, .refused)])
    func refusals(_ at: Double, _ expected: MessageDecision.Reason?) {
        var facts = Self.consented
        facts.refusals = [.init(channel: "mail", topic: "marketing", at: Date(timeIntervalSince1970: at))]
        #expect(facts.stop(channel: "mail", topic: "marketing") == expected)
    }

    @Test func theFirstGoodAddressIsTaken() {
        let message = Self.message {
            $0.addresses = [
                .init(value: "old@example.invalid", isSuppressed: true),
                .init(value: "new@example.invalid", isSuppressed: false),
            ]
        }
        let decision = MessageDecision.decide(message, channel: Self.sandbox, endpoints: [])
        #expect(decision.way == .address("new@example.invalid"))
    }

    @Test func alertsNeedNoConsentButTheirUser() {
        let alert = Self.message {
            $0.contactID = nil
            $0.userID = 3
            $0.topic = "alert"
        }
        #expect(MessageDecision.decide(alert, channel: Self.sandbox, endpoints: []).reason == .userGone)
        var known = alert
        known.user = .init(name: "Uma", email: "uma@example.invalid")
        #expect(MessageDecision.decide(known, channel: Self.sandbox, endpoints: []).reason == .alert)
    }

    @Test func webhooksGoToEndpointsOrToTheSandbox() {
        let alert = Self.message {
            $0.contactID = nil
            $0.channel = "webhook"
        }
        let live = ChannelSettings(name: "webhook", sandbox: false)
        #expect(MessageDecision.decide(alert, channel: Self.sandbox, endpoints: [4]).way == .endpoints([4]))
        #expect(MessageDecision.decide(alert, channel: Self.sandbox, endpoints: []).way == .sandbox)
        #expect(MessageDecision.decide(alert, channel: live, endpoints: []) == .stopped(.noEndpoint))
    }
}
