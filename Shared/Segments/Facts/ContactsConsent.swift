import Postgres

extension Fact {
    static let contactsConsent = Fact(
        path: [.step("contacts"), .step("consent", .text, .optionalText)], type: .number,
        source: .contact, historised: true, changesWithTime: false,
        doc: """
            How many people there consent to messages by this channel, about this topic (marketing where none is \
            given). Always known.
            """,
        unit: "contacts", example: "contacts.consent(\"mail\", \"marketing\") >= 1"
    ) { call in
        let topic = call.texts.count > 1 ? call.texts[1] : "marketing"
        return .grouped(
            .consents, reach: Reach(names: [call.text]),
            value: "count(*) filter (where n.channel = \(call.text) and n.topic = \(topic) and n.granted)", absent: "0")
    }
}
