import Chassis
import Model

/// What fields of an object must be together, as alternatives of which one must hold. The reader of the object checks the
/// same: a rule describes, it doesn't read.
struct Rule: Sendable {
    let alternatives: [JSON]

    /// An amount stands in units or in minor units, and has no more decimals than its currency.
    /// - Parameter isNeeded: false where there may be no amount at all.
    static func money(_ name: String, currency: String = "currency", isSigned: Bool = true, isNeeded: Bool = true)
        -> Rule
    {
        var groups: [(digits: Int, currencies: JSON)] = Money.unusualDigits.map { digits, currencies in
            (digits, ["enum": .array(currencies.map(JSON.string))])
        }
        let unusual = Money.unusualDigits.flatMap(\.currencies)
        groups.append((2, ["type": "string", "not": ["enum": .array(unusual.map(JSON.string))]]))
        let minor = name + "_minor"
        var alternatives: [JSON] = groups.map { digits, currencies in
            let amount: JSON = [
                "type": ["integer", "string"], "pattern": .string(Amount.pattern(isSigned: isSigned, digits: digits)),
            ]
            return [
                "required": [.string(name), .string(currency)],
                "properties": .object([name: amount, minor: ["type": "null"], currency: currencies]),
            ]
        }
        alternatives.append([
            "required": [.string(minor), .string(currency)],
            "properties": .object([minor: ["type": "integer"], name: ["type": "null"], currency: ["type": "string"]]),
        ])
        if !isNeeded {
            alternatives.append(["properties": .object([minor: ["type": "null"], name: ["type": "null"]])])
        }
        return Rule(alternatives: alternatives)
    }

    /// One of these texts must be there and hold more than blanks.
    static func oneOf(_ names: String...) -> Rule {
        Rule(
            alternatives: names.map { name in
                [
                    "required": [.string(name)],
                    "properties": .object([name: ["type": "string", "pattern": .string(Characters.filled)]]),
                ]
            })
    }
}

/// Amounts as they are written.
enum Amount {
    /// Digits before the point.
    static let mostDigits = 12

    static func pattern(isSigned: Bool, digits: Int) -> String {
        let sign = isSigned ? "-?" : ""
        return "^\(sign)[0-9]{1,\(mostDigits)}" + (digits > 0 ? "([.][0-9]{1,\(digits)})?$" : "$")
    }

    static func isAmount(_ text: some StringProtocol, isSigned: Bool) -> Bool {
        let parts = (isSigned && text.hasPrefix("-") ? text.dropFirst() : text[...]).utf8
            .split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return parts.count <= 2 && parts.allSatisfy { $0.allSatisfy { (48...57).contains($0) } }
            && (1...mostDigits).contains(parts[0].count) && (parts.count == 1 || (1...4).contains(parts[1].count))
    }
}

/// Classes of characters, as patterns have them.
enum Characters {
    /// Holds more than blanks.
    static let filled = "[^\(blanks)]"

    /// What `Character.isWhitespace` and the byte order mark are.
    private static let blanks = #"\t-\r \u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF"#
    private static let controls = #"\u0000-\u001F\u007F"#
    private static let controlsButLines = #"\u0000-\u0008\u000B\u000C\u000E-\u001F\u007F"#

    /// A character other than controls.
    static let oneLine = "[^\(controls)]"

    /// A character that shows.
    static let visible = #"[^\u0000-\u0020\u007F\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000\uFEFF]"#

    static func pattern(lines: Bool, filled: Bool) -> String {
        let others = lines ? "[^\(controlsButLines)]" : oneLine
        guard filled else { return "^\(others)*$" }
        return "^\(others)*\(visible)\(others)*$"
    }
}
