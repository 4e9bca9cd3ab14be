import Foundation

/// A complete message after RFC 5322: plain text in UTF-8, one recipient.
struct MailMessage: Sendable {
    let from: MailAddress
    let to: MailAddress
    let subject: String
    let text: String
    let date: Date
    /// Stable over the tries of one delivery, so that receivers may recognise a repeat.
    let id: String
    var replyTo: MailAddress?
    /// Where one click unsubscribes (RFC 8058); nil for mail that needs no consent.
    var unsubscribe: URL?

    /// Throws `ChannelRefusal` where a value would start another header.
    func headers() throws -> [Parcel.Header] {
        let domain = from.mailbox.split(separator: "@").last ?? "holdfast.invalid"
        var headers: [(String, String)] = [
            ("Date", MailMessage.day(date)),
            ("From", MailMessage.mailbox(from)),
            ("To", MailMessage.mailbox(to)),
            ("Message-ID", "<\(id)@\(domain)>"),
            ("Subject", HeaderText.encoded(subject)),
            ("Auto-Submitted", "auto-generated"),
            ("MIME-Version", "1.0"),
            ("Content-Type", "text/plain; charset=utf-8"),
            ("Content-Transfer-Encoding", "base64"),
        ]
        if let replyTo { headers.append(("Reply-To", MailMessage.mailbox(replyTo))) }
        if let unsubscribe {
            headers.append(("List-Unsubscribe", "<\(unsubscribe.absoluteString)>"))
            headers.append(("List-Unsubscribe-Post", "List-Unsubscribe=One-Click"))
        }
        guard !subject.utf8.contains(where: { $0 == 10 || $0 == 13 || $0 == 0 }) else {
            throw ChannelRefusal("The subject holds a line break: it would start another header.")
        }
        for (name, value) in headers {
            // A folded line (CRLF and a space) is our own; nothing else may break a line.
            let unfolded = value.replacing("\r\n ", with: "")
            guard !unfolded.utf8.contains(where: { $0 < 32 || $0 == 127 }) else {
                throw ChannelRefusal("The header \(name) would hold a control character.")
            }
        }
        return headers.map { Parcel.Header(name: $0.0, value: $0.1) }
    }

    /// The text with CRLF line ends, in base64 of 76 characters a line: no line is too long, none begins with a dot, and
    /// no bare line feed is left for servers to disagree about.
    func body() -> [UInt8] {
        let lines = text.replacing("\r\n", with: "\n").replacing("\r", with: "\n").replacing("\n", with: "\r\n")
        let encoded = Data(lines.utf8).base64EncodedString(options: [
            .lineLength76Characters, .endLineWithCarriageReturn, .endLineWithLineFeed,
        ])
        return Array((encoded + "\r\n").utf8)
    }

    private static func mailbox(_ address: MailAddress) -> String {
        guard let name = address.name else { return address.mailbox }
        return "\(HeaderText.phrase(name)) <\(address.mailbox)>"
    }

    private static func day(_ date: Date) -> String {
        let format = DateFormatter()
        format.locale = Locale(identifier: "en_US_POSIX")
        format.timeZone = TimeZone(secondsFromGMT: 0)
        format.dateFormat = "EEE, dd MMM yyyy HH:mm:ss '+0000'"
        return format.string(from: date)
    }
}
