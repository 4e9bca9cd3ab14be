import Model

extension CustomField {
    /// The largest number that is taken, either way from 0.
    private static let mostNumber = 1e15

    /// A value in the form in which it is kept: a number as a number, money as `{"minor", "currency"}`, a day as its text, of
    /// several choices the sorted list. Null where it is cleared. The refusal names the field and what was expected.
    func kept(_ value: FieldValue) throws -> FieldValue {
        let fields = Fields([key: value], place: "fields.")
        switch kind {
        case .text: return try fields.text(key, atMost: Self.longestText, lines: true).value.map { .text($0) } ?? .null
        case .number: return try number(value, fields)
        case .money: return try money(value, fields)
        case .date:
            return try fields.read(key, .form(.calendarDay)).day(key).value.map { .text($0.description) } ?? .null
        case .choice: return try fields.choice(key, of: choices).value.map { .text($0) } ?? .null
        case .multiChoice: return try severalChoices(fields)
        case .bool: return try fields.read(key, .flag).flag(key).map { .flag($0) } ?? .null
        }
    }

    private func number(_ value: FieldValue, _ fields: Fields) throws -> FieldValue {
        let unread = fields.refusal(key, "expected a number such as 4 or 0.5")
        switch value {
        case .null: return .null
        case .integer(let whole) where abs(Double(whole)) <= Self.mostNumber: return value
        case .number(let number) where abs(number) <= Self.mostNumber: return value
        case .text(let given):
            let text = given.trimmingBlanks()
            if text.isEmpty { return .null }
            guard text.utf8.allSatisfy({ (48...57).contains($0) || "+-.eE".utf8.contains($0) }) else { throw unread }
            if let whole = Int64(text), abs(Double(whole)) <= Self.mostNumber { return .integer(whole) }
            guard let number = Double(text), abs(number) <= Self.mostNumber else { throw unread }
            return .number(number)
        default: throw unread
        }
    }

    /// From `{"amount": "12.50", "currency": "EUR"}`, with `minor` instead of `amount`, or from the text `12.50 EUR`.
    private func money(_ value: FieldValue, _ fields: Fields) throws -> FieldValue {
        let form = "expected money such as {\"amount\": \"12.50\", \"currency\": \"EUR\"} or \"12.50 EUR\""
        var given: [String: FieldValue]
        switch value {
        case .null: return .null
        case .object(let values):
            given = values
            if let minor = given.removeValue(forKey: "minor") { given["amount_minor"] = minor }
        case .text(let text):
            let parts = text.split(whereSeparator: \.isWhitespace)
            if parts.isEmpty { return .null }
            guard parts.count == 2 else { throw fields.refusal(key, form) }
            given = ["amount": .text(String(parts[0])), "currency": .text(String(parts[1]))]
        default: throw fields.refusal(key, form)
        }
        let inner = try Fields(given, place: "fields.\(key).").read(Self.moneyFields, .cell)
        let currency = try inner.currency("currency")
        guard let minor = try inner.money("amount", currency: currency) else { throw fields.refusal(key, form) }
        return .object(["minor": .integer(minor), "currency": .text(currency)])
    }

    private static let moneyFields: [Field] =
        Field.money("amount", "how much") + [.needed("currency", .form(.currency), "of the amount")]

    private func severalChoices(_ fields: Fields) throws -> FieldValue {
        let given =
            try fields.read(key, .list(.text(atMost: 200), atMost: Self.mostChoices)).list(key) ?? []
        if let stranger = given.first(where: { !choices.contains($0) }) {
            throw fields.refusal(key, "expected some of \(choices.joined(separator: ", ")), found “\(stranger)”")
        }
        return given.isEmpty ? .null : .list(Set(given).sorted().map { .text($0) })
    }
}

extension Field {
    /// What is said of custom fields.
    static let custom = Field.optional(
        "fields", .open,
        "custom fields by their keys, each of the type that it was defined with; null empties one, or all of them")
}

extension Fields {
    /// What is said of custom fields: it is judged by what is defined.
    var custom: Said<[String: FieldValue]> {
        switch raw("fields") {
        case .object(let values)?: .value(values)
        case nil: .nothing
        default: .cleared
        }
    }
}
