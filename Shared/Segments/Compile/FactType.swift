/// What kind of value a fact has; only like compares with like.
package enum FactType: Hashable, Sendable {
    case truth
    case text
    /// A text that is one of these.
    case choice([String])
    /// Several of these at once.
    case many([String])
    case number
    /// A part of a whole or a relative change: `0.4` and `40%` are the same.
    case share
    case money
    case duration
    /// A day in UTC.
    case date
    /// A custom field of which only the database knows the type: it has that of what it is compared with.
    case undecided

    /// With its article, for "plan is a text".
    package var title: String {
        switch self {
        case .truth: "true or false"
        case .text: "a text"
        case .choice(let values): "one of \(values.map(Literal.quoted).joined(separator: ", "))"
        case .many(let values): "several of \(values.map(Literal.quoted).joined(separator: ", "))"
        case .undecided: "a custom field"
        case .number: "a number"
        case .share: "a share"
        case .money: "money"
        case .duration: "a duration"
        case .date: "a date"
        }
    }

    /// What to write to compare with it.
    var remedy: String {
        switch self {
        case .truth: "true or false, or the fact alone"
        case .text: "a text such as \"pro\""
        case .choice(let values): "one of \(values.map(Literal.quoted).joined(separator: ", "))"
        case .many(let values):
            "contains or in, with \(values.map(Literal.quoted).joined(separator: ", "))"
        case .undecided: "a value of its type"
        case .number: "a number such as 14"
        case .share: "a share such as 40% or 0.4"
        case .money: "an amount such as 500 EUR"
        case .duration: "a duration such as 60 days"
        case .date: "a date such as 2026-01-31"
        }
    }

    /// Whether `<` and `between` have a meaning.
    var isOrdered: Bool {
        switch self {
        case .truth, .text, .choice, .many: false
        case .undecided: true
        case .number, .share, .money, .duration, .date: true
        }
    }

    var isText: Bool {
        switch self {
        case .text, .choice: true
        default: false
        }
    }

    var isMany: Bool { if case .many = self { true } else { false } }
}

extension Literal {
    /// With its article, for "14 days is a duration".
    var typeTitle: String {
        switch self {
        case .truth: "true or false"
        case .number: "a number"
        case .percent: "a share"
        case .money: "money"
        case .duration: "a duration"
        case .text: "a text"
        case .date: "a date"
        }
    }
}
