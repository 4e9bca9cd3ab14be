import Foundation

/// Mail as RFC 5322 messages. It composes and logs; there is no way out yet, and it says so instead of pretending.
///
/// Settings: `from` (`Name <address>` or an address), `reply_to`.
struct MailChannel: Channel {
    static let name = "mail"

    var name: String { MailChannel.name }
    /// What was handed over twice arrives twice.
    var recognisesRepeats: Bool { false }

    func obstacle(to settings: ChannelSettings) -> String? {
        "Mail can't leave the sandbox: this release composes and logs mail, and has no way to send it."
    }

    func compose(_ delivery: Delivery, _ settings: ChannelSettings, at second: Int64) throws -> Parcel {
        guard let address = delivery.address else { throw ChannelRefusal("The delivery has no address.") }
        var mail = MailMessage(
            from: try MailAddress(sender: settings.values["from"] ?? "Holdfast <holdfast@holdfast.invalid>"),
            to: try MailAddress(mailbox: address), subject: delivery.subject ?? "", text: delivery.body,
            date: Date(timeIntervalSince1970: TimeInterval(second)), id: delivery.publicID)
        mail.replyTo = try settings.values["reply_to"].map { try MailAddress(sender: $0) }
        mail.unsubscribe = delivery.unsubscribe
        let headers = try mail.headers()
        return Parcel(destination: mail.to.mailbox, headers: headers, body: mail.body(), signature: nil)
    }

    func send(_ parcel: Parcel) async throws -> AttemptResult {
        .refused(obstacle(to: ChannelSettings(name: name)) ?? "")
    }
}
