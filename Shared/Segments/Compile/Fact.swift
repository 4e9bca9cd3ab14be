import Postgres

/// One typed, named value about an account: the plugin of this module. A fact is one file under `Facts` and one line in
/// `Facts.all`; nothing else knows its name.
package struct Fact: Sendable {
    /// What changes when its value does; who keeps segments up to date looks only at those that read what changed.
    package enum Source: String, Sendable, CaseIterable {
        case account, usage, orders, subscription, signal, risk, tag, contact, interaction, ticket, deal, goal
    }

    /// Its steps with their parameters: `event(name).count(window)` has two.
    let path: [Step]
    package let type: FactType
    package let source: Source
    /// Whether `as of` a past time can be answered: its rows carry `occurred_at` and `known_at`, or days.
    package let historised: Bool
    /// Whether the value can change without a topic that says so: days pass, or a score moves within its band. Who keeps
    /// segments up to date evaluates those that read it from time to time.
    package let changesWithTime: Bool
    /// What it says, when it is no data, and what belongs to it.
    package let doc: String
    /// The unit of a numeric value; for others what the value is.
    package let unit: String
    /// An expression that uses it.
    package let example: String
    /// How to read it for a set of accounts.
    let value: @Sendable (FactCall) -> FactValue

    /// The steps without parameters, `event.count`: unique among all facts.
    package var name: String { path.map(\.name).joined(separator: ".") }

    /// Whether it is the one whose type the operator defines.
    var isField: Bool { type == .undecided }

    /// With parameters, `event("…").count(30 days)`, for lists and errors.
    package var signature: String { path.map(\.signature).joined(separator: ".") }
}

extension Fact {
    /// One step of the path.
    struct Step: Sendable {
        let name: String
        let parameters: [Parameter]

        static func step(_ name: String, _ parameters: Parameter...) -> Step {
            Step(name: name, parameters: parameters)
        }

        var signature: String {
            let shown = parameters.filter(\.isNeeded).map(\.example)
            return shown.isEmpty ? name : "\(name)(\(shown.joined(separator: ", ")))"
        }
    }

    /// What a step takes in parentheses.
    enum Parameter: Sendable {
        /// A name in double quotes, of at most 200 characters.
        case text
        /// Whole days up to ten years.
        case window
        /// One of a few numbers of days, the first where none is given.
        case horizon([Int])
        /// Whole days; all time where none is given.
        case optionalWindow
        /// One of a few words, the first where none is given.
        case word([String])
        /// A name; none where none is given.
        case optionalText

        var isNeeded: Bool {
            switch self {
            case .text, .window: true
            case .horizon, .optionalWindow, .word, .optionalText: false
            }
        }

        var example: String {
            switch self {
            case .text, .optionalText: "\"…\""
            case .window, .optionalWindow: "30 days"
            case .word(let words): "\"\(words.first ?? "")\""
            case .horizon(let days): "\(days.first ?? 0) days"
            }
        }
    }
}

/// A fact called with arguments, at a moment.
struct FactCall: Sendable {
    let texts: [String]
    /// Windows and horizons in whole days.
    let days: [Int]
    /// The currency of the amount that the value is compared with; nil if only its presence is asked for.
    let currency: String?
    /// What a custom field is read as.
    let type: FactType
    let moment: Moment

    /// What the amount in `column` is worth in the currency asked for, joined by `Reach.currencies`; null without a rate.
    func converted(_ column: SQL) -> SQL {
        guard let currency else { return column }
        return "(\(fragment: column) * \(identifier: ExchangeRate.name(currency)).factor)"
    }

    /// For `Reach`: the currency asked for.
    var currencies: Set<String> { currency.map { [$0] } ?? [] }

    var text: String { texts.first ?? "" }
    var window: Int { days.first ?? 0 }

    /// The condition that a day lies within an optional window; true without one.
    func within(_ day: SQL) -> SQL {
        guard let window = days.first else { return "true" }
        return "\(fragment: day) > \(fragment: moment.lastDay) - \(window)::int"
    }
}

/// How a fact is read for a set of accounts.
enum FactValue: Sendable {
    /// An SQL expression over the living account `a`; amounts in it may be converted to these currencies by
    /// `ExchangeRate.factor`.
    case column(SQL, currencies: Set<String> = [])
    /// An aggregate over rows grouped by account, joined once. Facts over the same rows share one join. `absent` is the
    /// value of an account without rows; nil is no data.
    case grouped(Rows, reach: Reach, value: SQL, absent: SQL?)
}

/// Rows that facts aggregate, each belonging to an account.
struct Rows: Sendable {
    /// Unique among all rows: what facts share by.
    let name: String
    /// Whether there are many more of them than accounts: they are read last, of the accounts that are left by then.
    var isLarge = false
    /// The text behind `from`, in which `m.account_id` is the account. It starts at `member m (account_id, member_id)`:
    /// the accounts asked for, each with itself and with those that were merged into it.
    let from: @Sendable (Reach, Moment) -> SQL
}

/// Which rows matter to the facts that share them.
struct Reach: Sendable {
    /// Only rows of the last so many days; nil is all.
    var days: Int?
    /// Only rows of these names; nil is all.
    var names: [String]?
    /// Currencies that amounts in the rows are converted to.
    var currencies: Set<String> = []

    func joined(with other: Reach) -> Reach {
        let days = if let mine = self.days, let others = other.days { max(mine, others) } else { nil as Int? }
        let names = if let mine = self.names, let others = other.names { mine + others } else { nil as [String]? }
        return Reach(days: days, names: names, currencies: currencies.union(other.currencies))
    }
}
