import Foundation
import Model

/// What is said of a deal. What isn't said stays; a new one begins at the first stage of its pipeline.
struct DealDraft: Draft {
    static let keyField = "deal_key"
    static let fields: [Field] =
        [
            .needed("account_key", .key, "with whom it is made"),
            .needed("deal_key", .key, "the outside world's id for it"),
            .optional(
                "contact_key", .text(atMost: 200),
                "whom it is talked over with; may be of another account, as advisers are"),
            .optional("name", .text(atMost: 400), "its name; the key until it has one"),
            .optional("pipeline", .form(.fieldKey), "sales unless said otherwise"),
            .optional("stage", .form(.fieldKey), "the first of the pipeline until it is said"),
        ] + Field.money("amount", isSigned: false, "what it would bring") + [
            .optional("currency", .form(.currency), "of the amount"),
            .optional("owner", .text(atMost: 200), "the user who leads it"),
            .optional("expected_on", .form(.calendarDay), "the day on which it should be won"),
            .optional("created_at", .form(.time), "when it began"),
            .optional("changed_at", .form(.time), "since when stage and amount are so; now unless said otherwise"),
            .custom,
        ] + Loss.fields
    static let rules = [Rule.money("amount", isSigned: false, isNeeded: false)]

    let key: String
    let accountKey: String
    let contactKey: Said<String>
    let name: String?
    let pipeline: String?
    let stage: String?
    /// What it would bring.
    let amount: Said<Money>
    /// A user's name.
    let owner: Said<String>
    let expectedOn: Said<CalendarDay>
    let createdAt: Date?
    /// Since when stage and amount are so; nil is now, for a new one its beginning.
    let changedAt: Date?
    let loss: Loss
    let custom: Said<[String: FieldValue]>

    init(_ fields: Fields) throws {
        key = try fields.needed("deal_key")
        accountKey = try fields.needed("account_key")
        contactKey = fields.text("contact_key")
        name = fields.text("name").value
        pipeline = fields.text("pipeline").value
        stage = fields.text("stage").value
        amount = try fields.saidMoney("amount")
        owner = fields.text("owner")
        expectedOn = try fields.day("expected_on")
        createdAt = try fields.past("created_at").value
        changedAt = try fields.past("changed_at").value
        loss = Loss(fields)
        custom = fields.custom
    }
}
