import Model
import Postgres

extension Literal {
    /// The value, bound as a parameter of the type that facts of its kind have.
    var sql: SQL {
        switch self {
        case .truth(let value): "\(value)::boolean"
        case .number(let number): "\(number.value)::float8"
        case .percent(let number): "\(number.hundredth)::float8"
        case .money(let money): "\(money.minor)::bigint"
        case .duration(let span): "\(Duration.seconds(span.seconds))::interval"
        case .text(let text): "\(text)::text"
        case .date(let day): "\(day)::date"
        }
    }
}

extension Comparison {
    var sql: SQL {
        switch self {
        case .equal: "="
        case .unequal: "<>"
        case .less: "<"
        case .lessOrEqual: "<="
        case .greater: ">"
        case .greaterOrEqual: ">="
        }
    }
}

extension TextMatch {
    /// Case and the kind of apostrophe don't matter. No LIKE: nothing in the text is a pattern.
    func sql(_ value: SQL, _ part: String) -> SQL {
        let (whole, sought) = (TextMatch.folded(value), TextMatch.folded("\(part)::text"))
        return switch self {
        case .contains: "strpos(\(fragment: whole), \(fragment: sought)) > 0"
        case .startsWith: "starts_with(\(fragment: whole), \(fragment: sought))"
        case .endsWith: "right(\(fragment: whole), length(\(fragment: sought))) = \(fragment: sought)"
        }
    }

    /// By ICU, whatever the cluster's locale is.
    private static func folded(_ text: SQL) -> SQL {
        #"lower(translate(\#(fragment: text), '’ʼ‘`', '''''''''') collate "und-x-icu")"#
    }
}
