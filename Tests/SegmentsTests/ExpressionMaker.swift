import Model

@testable import Segments

/// Random expressions, well formed but not always well typed, with hostile texts in them. The same seed makes the same.
struct ExpressionMaker: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64 (Steele, Lea, Flood 2014).
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

    mutating func pick<T>(_ choices: [T]) -> T { choices[Int.random(in: 0..<choices.count, using: &self)] }

    mutating func expression(levels: Int) -> Expression {
        guard levels > 0 else { return predicate() }
        switch Int.random(in: 0..<4, using: &self) {
        case 0: return made(.any(parts(levels) { if case .any = $0.kind { false } else { true } }))
        case 1: return made(.all(parts(levels) { if case .all = $0.kind { false } else { true } }))
        case 2: return made(.not(expression(levels: levels - 1)))
        default: return predicate()
        }
    }

    /// The parser joins chains, so a chain holds no chain of its own kind.
    private mutating func parts(_ levels: Int, _ fits: (Expression) -> Bool) -> [Expression] {
        (0..<Int.random(in: 2...3, using: &self)).map { _ in
            let part = expression(levels: levels - 1)
            return fits(part) ? part : predicate()
        }
    }

    private func made(_ kind: Expression.Kind) -> Expression {
        Expression(kind: kind, place: Place(start: 0, end: 0))
    }

    private mutating func predicate() -> Expression {
        let negated = Bool.random(using: &self)
        switch Int.random(in: 0..<7, using: &self) {
        case 6: return made(.segment(text()))
        case 0: return made(.comparison(operand(), pick(Comparison.allCases), operand()))
        case 1:
            let values = (0..<Int.random(in: 1...4, using: &self)).map { _ in operand() }
            return made(.among(operand(), values, negated: negated))
        case 2: return made(.between(operand(), operand(), operand(), negated: negated))
        case 3: return made(.match(operand(), pick(TextMatch.allCases), operand(), negated: negated))
        case 4: return made(.known(operand(), negated: negated))
        default: return fact()
        }
    }

    private mutating func operand() -> Expression {
        switch Int.random(in: 0..<8, using: &self) {
        case 0: made(.not(fact()))
        case 1...3: fact()
        default: made(.literal(literal()))
        }
    }

    private mutating func fact() -> Expression {
        let steps = (0..<Int.random(in: 1...3, using: &self)).map { _ in
            let arguments: [FactStep.Argument]? =
                Bool.random(using: &self)
                ? nil
                : (0..<Int.random(in: 0...2, using: &self)).map { _ in
                    FactStep.Argument(literal: literal(), place: Place(start: 0, end: 0))
                }
            let name = pick(["plan", "orders", "_x1", "факт", "event", "field", "withal"])
            return FactStep(name: name, arguments: arguments, place: Place(start: 0, end: 0))
        }
        return made(.fact(steps))
    }

    mutating func literal() -> Literal {
        let digits = Int64.random(in: -99_999...99_999, using: &self)
        let number = ExactNumber(mantissa: digits, scale: Int.random(in: 0...7, using: &self))
        switch Int.random(in: 0..<7, using: &self) {
        case 0: return .truth(Bool.random(using: &self))
        case 1: return .number(number)
        case 2: return .percent(number)
        case 3:
            let money = Money(minor: digits, currency: pick(["EUR", "JPY", "KWD", "ISK"]))
            return money.map { .money($0) } ?? .number(number)
        case 4:
            return Span(amount: digits % 500, unit: pick(Span.Unit.allCases)).map { .duration($0) } ?? .number(number)
        case 5: return .date(CalendarDay(daysSince1970: Int.random(in: -100_000...100_000, using: &self)))
        default: return .text(text())
        }
    }

    /// What has broken others: quotes, backslashes, comment signs, placeholders, marks, controls, right to left.
    mutating func text() -> String {
        let pieces = [
            "'", "''", "\"", "\\", "\\'", "; drop table crm.account; --", "/*", "*/", "$1", "$$", "%s", "%", "_", "\n",
            "\r", "\t", "\u{1}", "\u{7f}", "\u{85}", "\u{2028}", "\u{202e}", "\u{301}", "й", "и\u{306}", "👩‍👩‍👧", "’",
            "\u{feff}", "\u{10ffff}", " or true", "{", "}", "\\u{41}", "E'", "::text", ":=", "null", "a",
        ]
        return (0..<Int.random(in: 1...5, using: &self)).map { _ in pick(pieces) }.joined()
    }
}
