import Model

extension Parser {
    /// A literal, if one stands here: a number alone, with %, a unit or a currency, a text, a date, true or false.
    mutating func literal() throws(SegmentError) -> (Literal, Place)? {
        let start = place
        switch token {
        case .text(let text):
            advance()
            return (.text(text), start)
        case .date(let day):
            advance()
            return (.date(day), start)
        case .word where at(.true) || at(.false):
            let value = at(.true)
            advance()
            return (.truth(value), start)
        case .number(let number):
            advance()
            return try measured(number, start)
        case .sign("-"):
            advance()
            guard case .number(let number) = token else {
                throw unexpected("found \(token.shown)", expected: "a number after \"-\"")
            }
            advance()
            return try measured(number.negated, start)
        default: return nil
        }
    }

    /// What follows the number says what it measures.
    private mutating func measured(_ number: ExactNumber, _ start: Place) throws(SegmentError) -> (Literal, Place) {
        let digits = Place(start: start.start, end: previousEnd)
        if token == .sign("%") {
            let whole = digits.joined(with: place)
            advance()
            return (.percent(number), whole)
        }
        guard case .word(let word) = token, Keyword(rawValue: word.lowercased()) == nil else {
            return (.number(number), digits)
        }
        let whole = digits.joined(with: place)
        let literal = try unit(word, of: number, whole)
        advance()
        return (literal, whole)
    }

    private func unit(_ word: String, of number: ExactNumber, _ whole: Place) throws(SegmentError) -> Literal {
        if Money.isCurrency(word) {
            guard let money = Money(decimal: number.description, currency: word) else {
                throw unexpected(
                    "this is no amount of \(word)",
                    expected: "at most \(Money.digits(of: word)) decimals", at: whole)
            }
            return .money(money)
        }
        guard let unit = Span.Unit.allCases.first(where: { word == $0.rawValue || word == $0.rawValue + "s" }) else {
            if ["month", "months", "quarter", "quarters", "year", "years"].contains(word.lowercased()) {
                throw unexpected("\"\(word)\" has no fixed length", expected: "days or weeks, such as 30 days")
            }
            let names = Span.Unit.allCases.map { $0.rawValue + "s" }
            throw source.error(
                .unexpected, at: place, "unknown unit \"\(word)\"",
                expected: "minutes, hours, days, weeks, % or a currency such as EUR",
                nearest: nearestName(to: word.lowercased(), among: names))
        }
        guard let amount = number.whole else {
            throw unexpected("a duration is a whole number", expected: "for example 36 hours", at: whole)
        }
        guard let span = Span(amount: amount, unit: unit) else {
            throw unexpected("this duration is too long", expected: "at most 3660 days", at: whole)
        }
        return .duration(span)
    }

    /// A fact as written; whether there is one of this name is for the checker to say.
    mutating func fact() throws(SegmentError) -> Expression {
        var steps: [FactStep] = []
        let start = place
        repeat {
            guard case .word(let word) = token, Keyword(rawValue: word.lowercased()) == nil else {
                throw unexpected(
                    "found \(token.shown)", expected: steps.isEmpty ? "a fact or a value" : "a name after \".\"")
            }
            let name = place
            advance()
            let arguments = token == .sign("(") ? try self.arguments() : nil
            let end = Place(start: name.start, end: previousEnd)
            steps.append(FactStep(name: word, arguments: arguments, place: end))
        } while take(sign: ".")
        return try node(.fact(steps), Place(start: start.start, end: previousEnd))
    }

    private mutating func arguments() throws(SegmentError) -> [FactStep.Argument] {
        advance()
        var arguments: [FactStep.Argument] = []
        if take(sign: ")") { return arguments }
        repeat {
            guard let (literal, place) = try literal() else {
                throw unexpected(
                    "found \(token.shown)", expected: "a text in double quotes or a duration such as 30 days")
            }
            _ = try node(.literal(literal), place)
            arguments.append(FactStep.Argument(literal: literal, place: place))
        } while take(sign: ",")
        try expect(sign: ")", "to close the parenthesis")
        return arguments
    }
}
