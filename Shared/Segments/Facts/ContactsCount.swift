import Postgres

extension Fact {
    static let contactsCount = Fact(
        path: [.step("contacts"), .step("count")], type: .number,
        source: .contact, historised: false, changesWithTime: false,
        doc: "How many people are known there. Always known.",
        unit: "contacts", example: "contacts.count >= 2"
    ) { _ in
        .grouped(.contacts, reach: Reach(), value: "count(*)", absent: "0")
    }
}
