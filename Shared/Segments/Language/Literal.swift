import Model

/// A value written in an expression.
enum Literal: Hashable, Sendable {
    case truth(Bool)
    case number(ExactNumber)
    /// In hundredths, as written: `-40%` holds -40.
    case percent(ExactNumber)
    case money(Money)
    case duration(Span)
    case text(String)
    case date(CalendarDay)
}

/// A length of time as written. Months and years vary in length, so there are none.
struct Span: Hashable, Sendable {
    enum Unit: String, CaseIterable, Sendable {
        case minute, hour, day, week

        var seconds: Int64 {
            switch self {
            case .minute: 60
            case .hour: 3_600
            case .day: 86_400
            case .week: 604_800
            }
        }
    }

    /// No more than ten years: a window beyond it is a slip of the keyboard.
    static let mostSeconds: Int64 = 3_660 * 86_400

    let amount: Int64
    let unit: Unit

    /// Nil beyond ten years either way.
    init?(amount: Int64, unit: Unit) {
        let (seconds, overflow) = amount.multipliedReportingOverflow(by: unit.seconds)
        guard !overflow, seconds.magnitude <= Span.mostSeconds else { return nil }
        self.amount = amount
        self.unit = unit
    }

    var seconds: Int64 { amount * unit.seconds }

    /// The number of whole days, if it is one.
    var days: Int? { seconds.isMultiple(of: 86_400) ? Int(seconds / 86_400) : nil }
}

extension Literal: CustomStringConvertible {
    /// As it is written in canonical text.
    var description: String {
        switch self {
        case .truth(let value): return value ? "true" : "false"
        case .number(let value): return value.description
        case .percent(let value): return "\(value)%"
        case .money(let money):
            let digits = Money.digits(of: money.currency)
            let zeros = "." + String(repeating: "0", count: digits) + " "
            return digits > 0 ? money.description.replacing(zeros, with: " ") : money.description
        case .duration(let span): return "\(span.amount) \(span.unit.rawValue)\(span.amount == 1 ? "" : "s")"
        case .text(let text): return Literal.quoted(text)
        case .date(let day): return day.description
        }
    }

    /// In double quotes, with what can't stand there escaped.
    static func quoted(_ text: String) -> String {
        var quoted = String.UnicodeScalarView("\"".unicodeScalars)
        for scalar in text.unicodeScalars {
            switch scalar {
            case "\"": quoted.append(contentsOf: #"\""#.unicodeScalars)
            case "\\": quoted.append(contentsOf: #"\\"#.unicodeScalars)
            case "\n": quoted.append(contentsOf: #"\n"#.unicodeScalars)
            case "\t": quoted.append(contentsOf: #"\t"#.unicodeScalars)
            case _ where scalar.properties.generalCategory == .control || scalar.isLineSeparator:
                quoted.append(contentsOf: "\\u{\(String(scalar.value, radix: 16))}".unicodeScalars)
            default: quoted.append(scalar)
            }
        }
        return String(quoted) + "\""
    }
}

extension Unicode.Scalar {
    /// Line and paragraph separators, which some programs take for the end of a line.
    var isLineSeparator: Bool { value == 0x2028 || value == 0x2029 }
}
