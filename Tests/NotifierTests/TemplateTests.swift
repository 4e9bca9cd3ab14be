import Foundation
import Model
import Testing

@testable import Notifier

@Suite struct TemplateTests {
    private let links = Links(console: URL(string: "https://console.example.test"), notifier: nil)

    private var message: MessageFacts {
        var message = MessageFacts(id: 1, channel: "mail", topic: "service", body: "")
        message.account = .init(id: 7, key: "acme/1", name: "Acme <b>&</b> Sons")
        message.contact = .init(name: "Ada Lovelace", key: "ada")
        message.task = .init(id: 3, title: "Call", dueAt: Date(timeIntervalSince1970: 0))
        message.reasons = [.init(signal: "usage_drop", words: "usage fell"), .init(signal: "x", words: "silent")]
        message.risk = .init(probability: 0.256, band: "medium")
        message.money = Money(minor: 120_050, currency: "EUR")
        return message
    }

    private func render(_ text: String) throws -> String {
        try MessageTemplate(text).render(MessageContext(message, links: links, unsubscribe: nil))
    }

    @Test(arguments: [
        (
            "{{account.name}} {{{account.name}}} {{&account.name}}",
            "Acme <b>&</b> Sons Acme <b>&</b> Sons Acme <b>&</b> Sons"
        ),
        ("{{contact.first_name}}, {{money}}, {{risk.percent}}", "Ada, 1200.50 EUR, 26"),
        ("{{#reasons}}- {{words}}\n{{/reasons}}", "- usage fell\n- silent\n"),
        ("{{reason}}|{{#owner}}{{owner.name}}{{/owner}}{{^owner}}nobody{{/owner}}", "usage fell|nobody"),
        ("{{task.due}} {{links.account}}", "1970-01-01 00:00 UTC https://console.example.test/accounts/acme%2F1"),
        ("{{! a comment }}plain { text } }}", "plain { text } }}"),
        ("", ""),
    ])
    func renders(_ template: String, _ expected: String) throws {
        #expect(try render(template) == expected)
    }

    @Test(arguments: [
        ("{{account.nmae}}", 1), ("a\n\n{{contact}", 3), ("{{#reasons}}", 1), ("{{/reasons}}", 1),
        ("{{#reasons}}{{#reasons}}x{{/reasons}}{{/reasons}}", 1), ("{{>partial}}", 1), ("\n{{<layout}}{{/layout}}", 2),
        ("{{$block}}{{/block}}", 1), ("{{=<% %>=}}", 1), ("{{% CONTENT_TYPE:HTML}}", 1), ("{{", 1), ("{{}}", 1),
        ("{{#account}}{{#contact}}{{/account}}{{/contact}}", 1), ("{{reversed(reasons)}}", 1), ("{{{account.name}}", 1),
    ])
    func faults(_ template: String, _ line: Int) {
        #expect { try MessageTemplate(template) } throws: { ($0 as? TemplateFault)?.line == line }
    }

    @Test func depthIsLimited() {
        let deep = String(repeating: "{{^owner}}", count: 20_000) + String(repeating: "{{/owner}}", count: 20_000)
        #expect(throws: TemplateFault.self) { try MessageTemplate(deep) }
    }

    @Test func aSubjectIsOneLine() throws {
        var message = message
        message.account?.name = "Evil\r\nBcc: all@example.invalid"
        message.subject = "For {{account.name}}"
        let rendered = try RenderedMessage(message, MessageContext(message, links: links, unsubscribe: nil))
        #expect(rendered.subject == "For Evil  Bcc: all@example.invalid")
    }

    @Test func webhookBodiesStaySmall() throws {
        var message = message
        message.body = String(repeating: "🙂 long ", count: 10_000)
        let rendered = try RenderedMessage(message, MessageContext(message, links: links, unsubscribe: nil))
        let webhook = try rendered.webhook(message)
        #expect(webhook.text.utf8.count < 20_000)
        #expect(webhook.text.contains(#""truncated":true"#))
    }

    /// Every name in the playbooks that come along is one that messages know.
    @Test func thePlaybooksThatComeAlong() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let folder = root.appending(path: "compose/playbooks")
        let files = try FileManager.default.contentsOfDirectory(at: folder, includingPropertiesForKeys: nil)
        #expect(!files.isEmpty)
        for file in files { try TemplateCheck.check(String(contentsOf: file, encoding: .utf8)) }
    }
}
