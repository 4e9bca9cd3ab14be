import Foundation
import Model

/// What is said of a person at an account.
struct ContactDraft: Draft {
    static let keyField = "contact_key"
    static let fields: [Field] = [
        .needed("account_key", .key, "the account at which the person is"),
        .needed("contact_key", .key, "the outside world's id for the person"),
        .optional("name", .text(atMost: 400), "the person's name; the key until a name is known"),
        .optional("email", .form(.mail), "the person's mail address, in place of those known; null is none"),
        .optional("phone", .form(.phone), "the person's phone number, in place of those known; null is none"),
        .optional(
            "addresses", .list(Address.shape, atMost: Fields.longestList),
            "all addresses of each channel that is mentioned; those of other channels stay"),
        .optional("language", .form(.language), "which language to write in"),
        .optional("time_zone", .form(.timeZone), "the person's time zone"),
        .optional("role", .choice(roles), "what the person does where it is decided to buy or to leave"),
        .optional(
            "do_not_disturb_until", .form(.time), "nobody writes or calls until then, except about service"),
        .optional("consents", .list(ConsentDraft.shape, atMost: Fields.longestList), "what is given or withdrawn"),
        .custom,
    ]
    static let roles = ["decides", "influences", "uses", "pays", "blocks"]

    let key: String
    let accountKey: String
    /// Emptied, it is the key again.
    let name: Said<String>
    let role: Said<String>
    let language: Said<String>
    let timeZone: Said<String>
    let doNotDisturbUntil: Said<Date>
    /// All addresses of each channel that is mentioned; those of other channels stay.
    let addresses: [String: [String]]
    let consents: [ConsentDraft]
    /// Values of custom fields, judged when they are written.
    let custom: Said<[String: FieldValue]>

    init(_ fields: Fields) throws {
        key = try fields.needed("contact_key")
        accountKey = try fields.needed("account_key")
        name = fields.text("name")
        role = fields.text("role")
        language = try fields.language("language")
        timeZone = try fields.timeZone("time_zone")
        doNotDisturbUntil = try fields.time("do_not_disturb_until")
        addresses = try Address.read(fields)
        consents = try ConsentDraft.read(fields)
        custom = fields.custom
    }
}
