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
        .optional("city", .text(atMost: 200), "its place"),
        .optional("language", .form(.language), "which language to write in"),
        .optional("time_zone", .form(.timeZone), "its time zone"),
        .optional("employees", .count(atMost: Int64(Int32.max)), "how many people work there"),
        .optional("domain", .text(atMost: 2_000), "its domain on the internet, or an address there"),
        .optional("preferred_channel", .form(.name), "by which channel it wants to be talked to"),
        .optional("came_for", .text(atMost: 2_000, lines: true), "what it came for, in its own words"),
        .optional("strategy", .text(atMost: 2_000, lines: true), "what it wants to reach itself"),
        .optional("on_holiday_until", .form(.calendarDay), "last day of an absence; alerts are held back until then"),
        .optional(
            "do_not_disturb_until", .form(.time), "nobody writes or calls until then, except about service"),
        .optional("lead", .flag, "true for one that never bought, until its first won deal"),
        .optional("created_at", .form(.time), "when the relationship began"),
        .optional("owner", .text(atMost: 200), "the user who looks after it; null is nobody"),
        .optional(
            "tags", .list(.text(atMost: 100), atMost: Fields.longestList),
            "tags to put on; those that are there stay; null takes all off"),
        .custom,
    ]

    let key: String
    /// Emptied, it is the key again.
    var name: Said<String> = .nothing
    /// Emptied, it is a company again.
    var kind: Said<String> = .nothing
    var industry: Said<String> = .nothing
    var country: Said<String> = .nothing
    var city: Said<String> = .nothing
    var language: Said<String> = .nothing
    var timeZone: Said<String> = .nothing
    var employees: Said<Int64> = .nothing
    var domain: Said<String> = .nothing
    var preferredChannel: Said<String> = .nothing
    /// In the customer's words.
    var cameFor: Said<String> = .nothing
    var strategy: Said<String> = .nothing
    var onHolidayUntil: Said<CalendarDay> = .nothing
    var doNotDisturbUntil: Said<Date> = .nothing
    /// True for one that never bought.
    var lead: Bool?
    var createdAt: Date?
    /// A user's name; cleared is nobody.
    var owner: Said<String> = .nothing
    /// Tags to put on, while those that are there stay; cleared takes all off.
    var tags: Said<[String]> = .nothing
    /// Values of custom fields, judged when they are written.
    var custom: Said<[String: FieldValue]> = .nothing

    init(_ fields: Fields) throws {
        key = try fields.needed("key")
        name = fields.text("name")
        kind = fields.text("kind")
        industry = fields.text("industry")
        country = try fields.country("country")
        city = fields.text("city")
        language = try fields.language("language")
        timeZone = try fields.timeZone("time_zone")
        employees = fields.integer("employees")
        domain = try fields.domain("domain")
        preferredChannel = fields.text("preferred_channel")
        cameFor = fields.text("came_for")
        strategy = fields.text("strategy")
        onHolidayUntil = try fields.day("on_holiday_until")
        doNotDisturbUntil = try fields.time("do_not_disturb_until")
        lead = fields.raw("lead") == .null ? false : fields.flag("lead")
        createdAt = try fields.past("created_at").value
        owner = fields.text("owner")
        tags = fields.raw("tags") == .null ? .cleared : fields.list("tags").map { .value($0) } ?? .nothing
        for tag in tags.value ?? [] { try Tag.check(tag, "tags") }
        custom = fields.custom
    }
}
