import Model

extension Checker {
    /// Checks that a value may be compared with a fact, and answers the currency of an amount.
    func fit(_ literal: Literal, _ at: Expression, to bound: BoundFact) throws(SegmentError) -> String? {
        switch (bound.fact.type, literal) {
        case (.money, .money(let money)): return money.currency
        case (.truth, .truth), (.text, .text), (.number, .number), (.share, .percent), (.duration, .duration),
            (.date, .date):
            return nil
        case (.share, .number(let number)):
            // -40 for -40% would be a silent mistake: nothing ever falls by 4000%.
            guard number.value.magnitude <= 1 else {
                throw wrongType(
                    "\(bound.text) is a share, \(number) would mean \(number)00%", at: at, expected: "\(number)%")
            }
            return nil
        case (.choice(let values), .text(let text)):
            guard values.contains(text) else {
                throw wrongType(
                    "\(bound.text) is never \(Literal.quoted(text))", at: at, expected: bound.fact.type.remedy,
                    nearest: nearestName(to: text, among: values).map(Literal.quoted))
            }
            return nil
        default:
            throw wrongType(
                "\(bound.text) is \(bound.fact.type.title), \(literal) is \(literal.typeTitle)", at: at,
                expected: bound.fact.type.remedy)
        }
    }

    /// The same for one of several values, which must agree on the currency.
    func fitOneCurrency(_ literal: Literal, _ at: Expression, _ bound: inout BoundFact) throws(SegmentError) {
        let currency = try fit(literal, at, to: bound)
        if let first = bound.currency, let currency, currency != first {
            throw wrongType("the amounts are in \(first) and \(currency)", at: at, expected: "one currency, \(first)")
        }
        bound.currency = currency
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
