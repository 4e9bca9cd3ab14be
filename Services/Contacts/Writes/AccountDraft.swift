import Foundation
import Model

/// What is said of an account. Only the key is needed.
struct AccountDraft: Draft {
    static let fields = [
        "key", "name", "kind", "industry", "country", "language", "time_zone", "on_holiday_until", "created_at",
        "owner",
        "tags",
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
        key = try fields.key("key")
        name = try fields.text("name", atMost: 400).value
        kind = try fields.choice("kind", of: ["company", "person"]).value
        industry = try fields.text("industry", atMost: 200)
        country = try fields.country("country")
        language = try fields.language("language")
        timeZone = try fields.timeZone("time_zone")
        onHolidayUntil = try fields.day("on_holiday_until")
        createdAt = try fields.time("created_at").value
        owner = try fields.text("owner", atMost: 200)
        tags = try fields.list("tags", atMost: 100)
    }
}
