import Foundation
import HTTPTypes
import Testing

@testable import UsageIngest

@Suite struct CloudEventsTests {
    private func read(_ text: String, _ headers: [(String, String)] = []) throws -> Submission {
        var fields = HTTPFields()
        for (name, value) in headers {
            fields.append(HTTPField(name: try #require(HTTPField.Name(name)), value: value))
        }
        return try CloudEvents().read(IngestBody(path: "/v1/cloudevents", bytes: Array(text.utf8), headers: fields))
    }

    private func only(_ text: String, _ headers: [(String, String)] = []) throws -> Message {
        let items = try read(text, headers).items
        #expect(items.count == 1)
        return try #require(items.first).reading.get()
    }

    private func content(_ message: Message) -> String { String(decoding: message.content.written, as: UTF8.self) }

    private static let event =
        #"{"specversion":"1.0","id":"1","source":"/api","type":"export","subject":"acme","time":"2026-11-23T18:41:05Z","#
        + #""data":{"rows":12,"userId":"u1"}}"#
    private static let structured = [("Content-Type", "application/cloudevents+json; charset=UTF-8")]
    private static let batched = [("content-type", "Application/CloudEvents-Batch+JSON;charset=utf-8")]
    private static let binary = [
        ("ce-specversion", "1.0"), ("ce-id", "1"), ("CE-Source", "/api"), ("ce-type", "export"), ("ce-subject", "acme"),
        ("ce-time", "2026-11-23T18:41:05Z"),
    ]

    @Test func readsTheThreeModesAlike() throws {
        let data = #"{"rows":12,"userId":"u1"}"#
        let messages = [
            try only(Self.event, Self.structured), try only("[\(Self.event)]", Self.batched), try only(Self.event),
            try only("[\(Self.event)]", [("content-type", "application/json; charset=utf-8")]),
            try only(data, Self.binary + [("content-type", "application/json; charset=utf-8")]),
            try only(data, Self.binary),
            try only(data, Self.binary + [("content-type", "application/vnd.acme+json")]),
        ]
        for message in messages {
            #expect(message.call == .event(name: "export") && message.id == "/api 1" && message.group == "acme")
            #expect(message.user == "u1" && message.time == UTCTime("2026-11-23T18:41:05Z"))
            #expect(content(message) == data)
        }
        #expect(try read("[]", Self.batched).items.isEmpty)
    }

    /// Whom an event is about, by its attributes and its data.
    private static let people: [(rest: String, group: String?, user: String?)] = [
        (#""subject":"s""#, "s", nil), (#""subject":"s","data":{"user":"u"}"#, "s", "u"),
        (#""subject":"s","userid":"x","data":{"userId":"u"}"#, "s", "x"),
        (#""data":{"groupId":7,"user":{"id":9}}"#, "7", "9"),
        (#""groupid":"g","data":{"user_id":"u"}"#, "g", "u"), (#""data":{"user":"u","userId":null}"#, nil, "u"),
        (#""subject":"s","data":{"user":{"name":"A"},"group":true}"#, "s", nil),
    ]

    @Test(arguments: people) func namesTheAccountAndTheUser(_ example: (rest: String, group: String?, user: String?))
        throws
    {
        let message = try only("{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\(example.rest)}")
        #expect(message.group == example.group && message.user == example.user)
    }

    @Test func dataMayBeAnything() throws {
        func properties(_ rest: String) throws -> String {
            content(
                try only(
                    "{\"specversion\":\"1.0\",\"id\":\"1\",\"source\":\"s\",\"type\":\"t\",\"subject\":\"a\",\(rest)}"))
        }
        #expect(try properties(#""x":1"#) == "{}")
        #expect(try properties(#""data":null"#) == "{}")
        #expect(try properties(#""data":[1,2]"#) == #"{"data":[1,2]}"#)
        #expect(try properties(#""data":"text""#) == #"{"data":"text"}"#)
        #expect(try properties(#""data_base64":"AAE=""#) == #"{"data_base64":"AAE="}"#)
        let json = Data(#"{"n":1}"#.utf8).base64EncodedString()
        #expect(try properties("\"datacontenttype\":\"application/json\",\"data_base64\":\"\(json)\"") == #"{"n":1}"#)
        #expect(content(try only("", Self.binary)) == "{}")
        #expect(content(try only("hällo", Self.binary + [("content-type", "text/plain")])) == #"{"data":"hällo"}"#)
        #expect(content(try only("abc", Self.binary + [("content-type", "image/png")])) == #"{"data_base64":"YWJj"}"#)
    }

    @Test func headersAreDecoded() throws {
        let headers = Self.binary.filter { $0.0 != "ce-subject" }
        #expect(try only("{}", headers + [("ce-subject", "Caf%C3%A9%20%22x%22")]).group == "Café \"x\"")
        #expect(try only("{}", headers + [("ce-subject", "\"a \\\"b\\\"\"")]).group == "a \"b\"")
        for (value, place) in [("%C0%A0", "/subject"), ("%FF", "/subject")] {
            let item = try #require(try read("{}", headers + [("ce-subject", value)]).items.first)
            #expect(#expect(throws: Refusal.self) { try item.reading.get() }?.place == place)
            #expect(String(decoding: item.source, as: UTF8.self).contains(value))
        }
        let twice = try #require(try read("{}", Self.binary + [("ce-id", "2")]).items.first)
        #expect(#expect(throws: Refusal.self) { try twice.reading.get() }?.reason == "stands twice")
    }

    /// What is missing or wrong, and where that is said.
    private static let bad: [(text: String, place: String)] = [
        ("7", ""), (#"{"id":"1"}"#, "/specversion"), (#"{"specversion":"0.3"}"#, "/specversion"),
        (#"{"specversion":"1.0","id":"1","source":"s"}"#, "/type"),
        (#"{"specversion":"1.0","type":"t","source":"s"}"#, "/id"),
        (#"{"specversion":"1.0","type":"t","id":"1"}"#, "/source"),
        (#"{"specversion":"1.0","type":"t","id":"1","source":"a b"}"#, "/source"),
        (#"{"specversion":"1.0","type":"t","id":"1","source":"s","time":"x"}"#, "/time"),
        (#"{"specversion":"1.0","type":"t","id":"1","source":"s","data_base64":"!"}"#, "/data_base64"),
        (
            #"{"specversion":"1.0","type":"t","id":"1","source":"s","datacontenttype":"text/json","data_base64":"AAE="}"#,
            "/data_base64"
        ),
    ]

    @Test(arguments: bad) func aBadEventCostsNoOther(_ example: (text: String, place: String)) throws {
        let items = try read("[\(Self.event),\(example.text),\(Self.event)]", Self.batched).items
        #expect(throws: Never.self) { try items[0].reading.get() }
        #expect(throws: Never.self) { try items[2].reading.get() }
        #expect(#expect(throws: Refusal.self) { try items[1].reading.get() }?.place == example.place)
    }

    @Test func bodiesOfTheWrongShapeAreUnreadable() throws {
        #expect(throws: UnreadableBody.self) { try read("{}", Self.batched) }
        #expect(throws: UnreadableBody.self) { try read("[]", Self.structured) }
        #expect(throws: UnreadableBody.self) { try read("7") }
        #expect(throws: UnreadableBody.self) { try read("{", Self.binary) }
        let xml = #expect(throws: UnreadableBody.self) {
            try read("<e/>", [("content-type", "application/cloudevents+xml")])
        }
        #expect(xml?.kind == .foreign)
    }

    /// What was in headers comes back with the bytes in quarantine.
    @Test func aBinaryEventCanBeReplayed() throws {
        let item = try #require(try read(#"{"n":1e2}"#, Self.binary).items.first)
        #expect(String(decoding: item.source, as: UTF8.self).contains(#""data":{"n":1e2}"#))
        #expect(try only(String(decoding: item.source, as: UTF8.self)) == item.reading.get())
    }

    @Test func openMeterIsAnsweredWithoutABody() throws {
        let format = OpenMeterEvents()
        let submission = try format.read(IngestBody(path: "/api/v1/events", bytes: Array("[\(Self.event)]".utf8)))
        #expect(submission.items.count == 1 && format.answer([Verdict(status: .accepted)], to: submission) == nil)
    }
}
