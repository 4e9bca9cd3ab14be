import Foundation
import Model

/// What is said of a person at an account.
struct ContactDraft: Draft {
    static let fields = [
        "account_key", "contact_key", "name", "email", "phone", "addresses", "language", "time_zone", "role",
        "consents",
    ]
    static let roles = ["decides", "influences", "uses", "pays", "blocks"]

    let key: String
    let accountKey: String
    let name: String?
    let role: Said<String>
    let language: Said<String>
    let timeZone: Said<String>
    /// All addresses of each channel that is mentioned; those of other channels stay.
    let addresses: [String: [String]]
    let consents: [ConsentDraft]

    init(_ fields: Fields) throws {
        key = try fields.key("contact_key")
        accountKey = try fields.key("account_key")
        name = try fields.text("name", atMost: 400).value
        role = try fields.choice("role", of: Self.roles)
        language = try fields.language("language")
        timeZone = try fields.timeZone("time_zone")
        addresses = try Address.read(fields)
        consents = try ConsentDraft.read(fields)
    }
}
