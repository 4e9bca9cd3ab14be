import Model

extension Checker {
    /// Checks that a value may be compared with a fact, which takes the currency of an amount; a custom field of unknown
    /// type takes that of the value.
    func fit(_ literal: Literal, _ at: Expression, to bound: inout BoundFact) throws(SegmentError) {
        if bound.type == .undecided { bound.type = try decided(literal, at) }
        switch (bound.type, literal) {
        case (.money, .money(let money)):
            if let first = bound.currency, money.currency != first {
                throw wrongType(
                    "the amounts are in \(first) and \(money.currency)", at: at, expected: "one currency, \(first)")
            }
            bound.currency = money.currency
        case (.truth, .truth), (.text, .text), (.number, .number), (.share, .percent), (.duration, .duration),
            (.date, .date):
            break
        case (.share, .number(let number)):
            // -40 for -40% would be a silent mistake: nothing ever falls by 4000%.
            guard number.value.magnitude <= 1 else {
                throw wrongType(
                    "\(bound.text) is a share, \(number) would mean \(number)00%", at: at, expected: "\(number)%")
            }
        case (.choice(let values), .text(let text)), (.many(let values), .text(let text)):
            guard values.contains(text) else {
                throw wrongType(
                    "\(bound.text) is never \(Literal.quoted(text))", at: at, expected: bound.type.remedy,
                    nearest: nearestName(to: text, among: values).map(Literal.quoted))
            }
        default:
            throw wrongType(
                "\(bound.text) is \(bound.type.title), \(literal) is \(literal.typeTitle)", at: at,
                expected: bound.type.remedy)
        }
    }

    private func decided(_ literal: Literal, _ at: Expression) throws(SegmentError) -> FactType {
        switch literal {
        case .truth: return .truth
        case .text: return .text
        case .number: return .number
        case .percent: return .share
        case .money: return .money
        case .date: return .date
        case .duration:
            throw wrongType(
                "no custom field holds a duration", at: at, expected: "a number, an amount, a date or a text")
        }
    }
}

extension Literal {
    /// For telling which of two like values is less.
    var magnitude: Double {
        switch self {
        case .number(let number): number.value
        case .percent(let number): number.hundredth
        case .money(let money): Double(money.minor)
        case .duration(let span): Double(span.seconds)
        case .date(let day): Double(day.daysSince1970)
        case .truth, .text: 0
        }
    }
}
