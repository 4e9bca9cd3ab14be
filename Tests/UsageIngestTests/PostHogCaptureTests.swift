// Over 200 lines: each shape that a client sends stands beside what it means.
import Foundation
import Testing

@testable import UsageIngest

@Suite struct PostHogCaptureTests {
    private func read(_ text: String, _ path: String = "/batch", query: String = "") throws -> Submission {
        try PostHogCapture().read(
            IngestBody(path: path, bytes: Array(text.utf8), query: FormFields(query: query)))
    }

    private func only(_ event: String, _ path: String = "/e", query: String = "") throws -> Message {
        let items = try read(event, path, query: query).items
        #expect(items.count == 1)
        return try #require(items.first).reading.get()
    }

    private func content(_ message: Message) -> String { String(decoding: message.content.written, as: UTF8.self) }

    /// As posthog 7.91.1 sends it.
    private static let recorded = """
        {"batch":[{"properties":{"n":1,"$groups":{"company":"org_9"},"$lib":"posthog-python","$is_server":true},
        "timestamp":"2026-11-23T18:41:09.160936+00:00","distinct_id":"u1","event":"order done","uuid":"20891fcf"},
        {"event":"$set","$set":{"plan":"pro"},"distinct_id":"u1","properties":{},"uuid":"s"},
        {"event":"$groupidentify","properties":{"$group_type":"company","$group_key":"org_9","$group_set":{"name":"Acme"}},
        "distinct_id":"0f5b0a9c-random","uuid":"g"},
        {"event":"$create_alias","properties":{"distinct_id":"anon1","alias":"u1"},"distinct_id":"anon1","uuid":"a"}],
        "historical_migration":false,"sent_at":"2026-11-23T18:41:09.161457+00:00","api_key":"phc_WK"}
        """

    @Test func readsWhatTheClientSends() throws {
        let submission = try read(Self.recorded)
        #expect(submission.key == "phc_WK" && !submission.isHistorical && submission.items.count == 4)
        let messages = try submission.items.map { try $0.reading.get() }
        #expect(messages[0].call == .event(name: "order done") && messages[0].id == "20891fcf")
        #expect(messages[0].group == "org_9" && messages[0].user == "u1")
        #expect(messages[0].time == UTCTime("2026-11-23T18:41:09.160936Z"))
        #expect(messages[0].sentAt == UTCTime("2026-11-23T18:41:09.161457Z"))
        #expect(messages[1].call == .identify && messages[1].user == "u1" && content(messages[1]) == #"{"plan":"pro"}"#)
        #expect(messages[2].call == .group && messages[2].group == "org_9" && messages[2].user == nil)
        #expect(content(messages[2]) == #"{"name":"Acme"}"#)
        #expect(messages[3].call == .alias(previous: "anon1") && messages[3].user == "u1")
    }

    @Test func theBodyMayBeOneOrAnArray() throws {
        let event = #"{"event":"e","distinct_id":"u","properties":{"token":"phc_T","n":1}}"#
        let one = try read(event, "/capture")
        #expect(one.key == "phc_T" && one.items.count == 1)
        // The key of a browser is no property of the event.
        #expect(content(try one.items[0].reading.get()) == #"{"n":1}"#)
        let many = try read("[\(event),\(event),7]", "/e", query: "_=1795459269161&ip=1")
        #expect(many.key == "phc_T" && many.items.count == 3)
        #expect(try many.items[0].reading.get().sentAt == UTCTime("2026-11-23T18:41:09.161Z"))
        #expect(throws: Refusal.self) { try many.items[2].reading.get() }
        #expect(try read(#"{"token":"T","event":"e"}"#).key == "T")
        #expect(try read("[]").items.isEmpty)
        #expect(try read(#"{"api_key":"K","batch":[]}"#).items.isEmpty)
        #expect(try read(#"{"batch":[],"historical_migration":true}"#).isHistorical)
    }

    /// Who did it: a user, or somebody whom nobody knows yet.
    private static let people: [(properties: String, user: String?, anonymous: String?)] = [
        ("", "p", nil), (#""$process_person_profile":false"#, nil, "p"), (#""$is_identified":false"#, nil, "p"),
        (#""$device_id":"p""#, nil, "p"), (#""$device_id":"p","$is_identified":true"#, "p", nil),
        (#""$device_id":"d""#, "p", nil), (#""$process_person_profile":true"#, "p", nil),
    ]

    @Test(arguments: people) func knowsWhoIsAnonymous(
        _ example: (properties: String, user: String?, anonymous: String?)
    ) throws {
        let message = try only("{\"event\":\"$pageview\",\"distinct_id\":\"p\",\"properties\":{\(example.properties)}}")
        #expect(message.call == .event(name: "$pageview"))
        #expect(message.user == example.user && message.anonymous == example.anonymous)
    }

    @Test(arguments: [
        (#"{"project":"p","company":"c"}"#, "c"), (#"{"team":"t","organization":"o"}"#, "o"), (#"{"clinic":"x"}"#, "x"),
        (#"{"clinic":"x","ward":"y"}"#, "x"), (#"{"Company":12,"account":"a"}"#, "12"),
        (#"{"company":null,"ward":"w"}"#, "w"),
        (#"{"company":""}"#, nil), ("{}", nil), ("null", nil),
    ])
    func theAccountIsOneOfTheGroups(_ groups: String, _ account: String?) throws {
        let message = try only("{\"event\":\"e\",\"distinct_id\":\"u\",\"properties\":{\"$groups\":\(groups)}}")
        #expect(message.group == account)
    }

    @Test func traitsOfOtherGroupsAreNoAccounts() throws {
        func group(_ type: String, _ rest: String = "") throws -> Message {
            try only(
                "{\"event\":\"$groupidentify\",\"distinct_id\":\"u\",\"properties\":{\"$group_type\":\"\(type)\",\"$group_key\":\"k\"\(rest)}}"
            )
        }
        #expect(try group("organization").group == "k")
        #expect(#expect(throws: Refusal.self) { try group("project") }?.place == "/properties/$group_type")
        #expect(try group("clinic", #","$groups":{"clinic":"k"}"#).group == "k")
        #expect(throws: Refusal.self) { try group("project", #","$groups":{"company":"c","project":"k"}"#) }
        // Sent by a device, the person is the one who sits there.
        #expect(try group("company", #","$device_id":"d""#).user == "u")
        #expect(try group("company", #","$device_id":"u""#).user == nil)
    }

    @Test func identifyNamesBothAndSetsTraits() throws {
        let message = try only(
            """
            {"event":"$identify","distinct_id":"u1","$set":{"plan":"pro"},"$set_once":{"plan":"free","first":1},
            "properties":{"$anon_distinct_id":"a1","$set":{"name":"Anna"}}}
            """)
        #expect(message.call == .identify && message.user == "u1" && message.anonymous == "a1")
        #expect(members(content(message)) == ["plan": "\"pro\"", "first": "1", "name": "\"Anna\""])
        let engaged = try only(#"{"$token":"T","$distinct_id":"u2","$set":{"a":1}}"#, "/engage")
        #expect(engaged.call == .identify && engaged.user == "u2" && content(engaged) == #"{"a":1}"#)
        let anonymous = try only(
            ##"{"event":"$set","distinct_id":"a","properties":{"$is_identified":false,"$set":{"x":1}}}"##)
        #expect(anonymous.user == nil && anonymous.anonymous == "a")
        let merged = try only(#"{"event":"$merge_dangerously","distinct_id":"u","properties":{"alias":"old"}}"#)
        #expect(merged.call == .alias(previous: "old") && merged.user == "u")
    }

    @Test func timesAreCorrectedUnlessTheSenderForbids() throws {
        let sent = #""sent_at":"2026-11-23T18:00:00Z","api_key":"K""#
        func message(_ event: String) throws -> Message {
            try #require(try read("{\"batch\":[\(event)],\(sent)}").items.first).reading.get()
        }
        let plain = try message(#"{"event":"e","distinct_id":"u","timestamp":"2026-11-23T17:59:00Z"}"#)
        #expect(plain.sentAt == UTCTime("2026-11-23T18:00:00Z") && plain.age == nil)
        let kept = try message(#"{"event":"e","distinct_id":"u","properties":{"$ignore_sent_at":true}}"#)
        #expect(kept.sentAt == nil)
        #expect(try message(#"{"event":"e","distinct_id":"u","offset":2500}"#).age == 2_500_000)
        #expect(throws: Refusal.self) { try message(#"{"event":"e","distinct_id":"u","offset":-1}"#) }
        #expect(throws: Refusal.self) { try message(#"{"event":"e","distinct_id":"u","offset":1e300}"#) }
    }

    /// Bodies of the browser library, each the same event.
    @Test func browsersWrapTheirBodies() throws {
        let event = #"{"event":"$autocapture","distinct_id":"ä?>","properties":{"token":"phc_T"}}"#
        let base64 = Data(event.utf8).base64EncodedString()
        #expect(base64.contains("+") || base64.contains("/"))
        let encoded = base64.replacing("+", with: "%2B").replacing("/", with: "%2F").replacing("=", with: "%3D")
        let urlSafe = base64.replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
        let bodies = [
            event, "\u{FEFF} \n" + event, "data=\(encoded)&ver=1.2", "ver=1&data=\(base64)", "data=" + urlSafe, base64,
            urlSafe,
            "data=" + event.replacing("%", with: "%25").replacing("+", with: "%2B"),
        ]
        for body in bodies {
            let submission = try read(body, "/e", query: "compression=base64&ip=1")
            #expect(submission.key == "phc_T", "\(body)")
            #expect(try submission.items.first?.reading.get().call == .event(name: "$autocapture"))
        }
        #expect(try read("api_key=K&data=\(encoded)").key == "K")
    }

    @Test(arguments: [
        "data=!!!", "data=", "x=1", "hello", "data=aGVsbG8=", "7", "null", "[", #"{"batch":7}"#, #"{"batch":[}"#,
        "\u{0}", "",
        "data=%7B", "H4sI",
    ])
    func aBodyThatIsNeitherIsUnreadable(_ text: String) {
        #expect(throws: UnreadableBody.self) { try read(text) }
    }

    @Test func otherCompressionIsSaidSo() {
        let refusal = #expect(throws: UnreadableBody.self) { try read("{}", query: "compression=lz64") }
        #expect(refusal?.reason.contains("gzip-js") == true)
    }

    /// One event of a batch, and where it is refused.
    private static let bad: [(text: String, place: String)] = [
        ("7", ""), ("{}", "/event"), (#"{"event":7.5,"distinct_id":{}}"#, "/distinct_id"),
        (#"{"event":"e","distinct_id":"u","properties":[]}"#, "/properties"),
        (#"{"event":"e","distinct_id":"u","properties":{"$groups":"x"}}"#, "/properties/$groups"),
        (#"{"event":"e","distinct_id":"u","timestamp":"soon"}"#, "/timestamp"),
        (#"{"event":"$create_alias","distinct_id":"u","properties":{}}"#, "/properties/alias"),
        (#"{"event":"$groupidentify","distinct_id":"u","properties":{}}"#, "/properties/$group_type"),
        ("{\"event\":\"e\",\"distinct_id\":\"\(String(repeating: "k", count: 201))\"}", "/distinct_id"),
    ]

    @Test(arguments: bad) func aBadEventCostsNoOther(_ example: (text: String, place: String)) throws {
        let good = #"{"event":"e","distinct_id":"u"}"#
        let items = try read("{\"batch\":[\(good),\(example.text),\(good)]}").items
        #expect(throws: Never.self) { try items[0].reading.get() }
        #expect(throws: Never.self) { try items[2].reading.get() }
        #expect(#expect(throws: Refusal.self) { try items[1].reading.get() }?.place == example.place)
    }

    @Test func whatStandsAroundComesBackWithAReplay() throws {
        for text in [
            Self.recorded.replacing("migration\":false", with: "migration\":true"),
            #"[{"event":"e","distinct_id":"u"}]"#,
        ] {
            let submission = try read(text, query: "_=1795459269161")
            let envelope = try #require(submission.envelope)
            #expect(!String(decoding: envelope, as: UTF8.self).contains("phc_WK"))
            let item = try #require(submission.items.first)
            let again = try PostHogCapture().read(
                IngestBody(path: "/batch", bytes: Array(item.source), isMessage: true, envelope: envelope))
            #expect(again.isHistorical == submission.isHistorical && again.items.count == 1)
            #expect(try again.items.first?.reading.get() == item.reading.get())
        }
    }

    /// An object's members as JSON texts, the last of each name.
    private func members(_ text: String) -> [String: String] {
        guard case .object(let object) = (try? JSONParser.parse(Array(text.utf8)))?.value else { return [:] }
        return object.members.reduce(into: [:]) { $0[$1.name] = String(decoding: $1.value.written, as: UTF8.self) }
    }
}
