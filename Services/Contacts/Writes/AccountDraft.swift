import Foundation
import Model

/// What is said of an account. Only the key is needed.
struct AccountDraft: Draft {
    static let keyField = "key"
    static let fields: [Field] = [
        .needed("key", .key, "the outside world's id for it"),
        .optional("name", .text(atMost: 400), "how people call it; the key until a name is known"),
        .optional(
            "kind", .choice(["company", "person"]), "company (B2B), which it is unless said otherwise, or person (B2C)"),
        .optional("industry", .text(atMost: 200), "its line of business"),
        .optional("country", .form(.country), "where it is"),
        .optional("language", .form(.language), "which language to write in"),
        .optional("time_zone", .form(.timeZone), "its time zone"),
        .optional("on_holiday_until", .form(.calendarDay), "last day of an absence; alerts are held back until then"),
        .optional("created_at", .form(.time), "when the relationship began"),
        .optional("owner", .text(atMost: 200), "the user who looks after it; null is nobody"),
        .optional(
            "tags", .list(.text(atMost: 100), atMost: Fields.longestList), "tags to put on; those that are there stay"),
    ]

    let key: String
    var name: String?
    var kind: String?
    var industry: Said<String> = .nothing
    var country: Said<String> = .nothing
    var language: Said<String> = .nothing
    var timeZone: Said<String> = .nothing
    var onHolidayUntil: Said<CalendarDay> = .nothing
    var createdAt: Date?
    /// A user's name; cleared is nobody.
    var owner: Said<String> = .nothing
    /// Tags to put on; those that are there stay.
    var tags: [String]?

    init(_ fields: Fields) throws {
        key = try fields.needed("key")
        name = fields.text("name").value
        kind = fields.text("kind").value
        industry = fields.text("industry")
        country = try fields.country("country")
        language = try fields.language("language")
        timeZone = try fields.timeZone("time_zone")
        onHolidayUntil = try fields.day("on_holiday_until")
        createdAt = try fields.time("created_at").value
        owner = fields.text("owner")
        tags = fields.list("tags")
    }
}
