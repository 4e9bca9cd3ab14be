import Foundation
import Testing

@testable import Notifier

@Suite struct MailTests {
    private func message(
        subject: String = "Hello", from: String = "Holdfast <hello@example.test>", to: String = "ada@example.invalid",
        text: String = "Dear Ada,\nbye"
    ) throws -> MailMessage {
        MailMessage(
            from: try MailAddress(sender: from), to: try MailAddress(mailbox: to), subject: subject, text: text,
            date: Date(timeIntervalSince1970: 0), id: "abc")
    }

    private func headers(_ message: MailMessage) throws -> [String: String] {
        Dictionary(uniqueKeysWithValues: try message.headers().map { ($0.name, $0.value) })
    }

    @Test func isComplete() throws {
        var mail = try message()
        mail.unsubscribe = URL(string: "https://hooks.example.test/u/abc.def")
        let headers = try headers(mail)
        #expect(headers["Date"] == "Thu, 01 Jan 1970 00:00:00 +0000")
        #expect(headers["From"] == "\"Holdfast\" <hello@example.test>")
        #expect(headers["To"] == "ada@example.invalid")
        #expect(headers["Message-ID"] == "<abc@example.test>")
        #expect(headers["List-Unsubscribe"] == "<https://hooks.example.test/u/abc.def>")
        #expect(headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click")
        #expect(headers["Auto-Submitted"] == "auto-generated")
    }

    @Test func textIsBase64WithCRLF() throws {
        let body = String(decoding: try message(text: "a\nb\r\nc\rd ü.\n.").body(), as: UTF8.self)
        #expect(body.hasSuffix("\r\n"))
        let decoded = try #require(Data(base64Encoded: body, options: .ignoreUnknownCharacters))
        #expect(String(decoding: decoded, as: UTF8.self) == "a\r\nb\r\nc\r\nd ü.\r\n.")
        let long = String(decoding: try message(text: String(repeating: "x", count: 5_000)).body(), as: UTF8.self)
        #expect(long.components(separatedBy: "\r\n").allSatisfy { $0.utf8.count <= 76 })
    }

    @Test(arguments: ["Hi\r\nBcc: x@example.test", "Hi\nX: y", "Hi\rX", "Hi\0"])
    func subjectsCannotStartAHeader(_ subject: String) throws {
        let mail = try message(subject: subject)
        #expect(throws: ChannelRefusal.self) { try mail.headers() }
    }

    @Test(arguments: [
        "", "ada", "@example.test", "ada@", "a@b@c", "ada@example.test\r\nBcc: x@y",
        "ada@example.test>,<eve@example.test",
        "ada@exa mple.test", "<ada@example.test", "ada@-example.test", "ada@example..test", "ada.@example.test",
        "a\0da@example.test", "ada@example.test RCPT TO:<eve@example.test>", "ädå@example.test",
    ])
    func addressesThatAreRefused(_ text: String) {
        #expect(throws: ChannelRefusal.self) { try MailAddress(mailbox: text) }
    }

    @Test func namesCannotEscapeTheirQuotes() throws {
        let headers = try headers(try message(from: #"Eve" <eve@evil.test>, "x <hello@example.test>"#))
        #expect(headers["From"] == #""Eve\" <eve@evil.test>, \"x" <hello@example.test>"#)
    }

    @Test func otherLettersAreEncodedWords() throws {
        let subject = "Grüße an alle Kundinnen und Kunden, die uns seit vielen Jahren treu sind 🙂"
        let value = try #require(try headers(try message(subject: subject))["Subject"])
        let words = value.components(separatedBy: "\r\n ")
        #expect(words.allSatisfy { $0.utf8.count <= 75 && $0.hasPrefix("=?utf-8?B?") && $0.hasSuffix("?=") })
        let decoded = words.compactMap { Data(base64Encoded: String($0.dropFirst(10).dropLast(2))) }
        #expect(decoded.map { String(decoding: $0, as: UTF8.self) }.joined() == subject)
    }

    @Test func cannotLeaveTheSandboxAndSaysSo() async throws {
        let mail = MailChannel()
        let obstacle = try #require(mail.obstacle(to: ChannelSettings(name: "mail")))
        #expect(try await mail.send(Parcel(destination: "a@b.c", headers: [], body: [])) == .refused(obstacle))
    }
}
