import Postgres

extension Fact {
    static let contactsRole = Fact(
        path: [.step("contacts"), .step("role", .word(["decides", "influences", "uses", "pays", "blocks"]))],
        type: .number,
        source: .contact, historised: false, changesWithTime: false,
        doc:
            "How many people there have this part in the decision: decides, influences, uses, pays or blocks. Always known.",
        unit: "contacts", example: "contacts.role(\"decides\") = 0"
    ) { call in
        .grouped(.contacts, reach: Reach(), value: "count(*) filter (where c.role = \(call.text))", absent: "0")
    }
}
