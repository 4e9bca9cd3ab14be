/// Whether a message may go out, decided from facts alone.
struct MessageDecision: Equatable, Sendable {
    enum Reason: String, Sendable {
        /// The contact consented.
        case consent
        /// It is for people who work here: no consent needed.
        case alert
        case noConsent = "no_consent"
        case refused
        case suppressed
        case noAddress = "no_address"
        case noChannel = "no_channel"
        case noEndpoint = "no_endpoint"
        case accountGone = "account_gone"
        case contactGone = "contact_gone"
        case userGone = "user_gone"
        case template
    }

    /// Where it goes; nil where it was stopped.
    enum Way: Equatable, Sendable {
        case address(String)
        case endpoints([Int64])
        /// Signed and logged, to nobody.
        case sandbox
    }

    let reason: Reason
    let way: Way?

    static func stopped(_ reason: Reason) -> MessageDecision { MessageDecision(reason: reason, way: nil) }

    /// - Parameters:
    ///   - channel: the message's channel as it is set; nil where there is none of that name.
    ///   - endpoints: those that want playbooks' messages.
    static func decide(
        _ message: MessageFacts, channel: ChannelSettings?, endpoints: [Int64]
    ) -> MessageDecision {
        guard message.account != nil else { return .stopped(.accountGone) }
        guard let channel else { return .stopped(.noChannel) }
        var reason = Reason.alert
        if message.contactID != nil {
            guard let consents = message.consents, message.contact != nil else { return .stopped(.contactGone) }
            if let stop = consents.stop(channel: message.channel, topic: message.topic) { return .stopped(stop) }
            reason = .consent
        } else if message.userID != nil, message.user == nil {
            return .stopped(.userGone)
        }
        if message.channel == WebhookChannel.name {
            if !endpoints.isEmpty { return MessageDecision(reason: reason, way: .endpoints(endpoints)) }
            return channel.sandbox ? MessageDecision(reason: reason, way: .sandbox) : .stopped(.noEndpoint)
        }
        guard !message.addresses.isEmpty else { return .stopped(.noAddress) }
        guard let address = message.addresses.first(where: { !$0.isSuppressed }) else { return .stopped(.suppressed) }
        return MessageDecision(reason: reason, way: .address(address.value))
    }
}
