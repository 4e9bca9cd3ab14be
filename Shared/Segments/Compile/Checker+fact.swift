extension Checker {
    /// The longest name in an argument.
    private static let longestName = 200

    /// The fact of this name with its arguments.
    func bind(_ steps: [FactStep], _ place: Place) throws(SegmentError) -> BoundFact {
        let name = steps.map(\.name).joined(separator: ".")
        let text = steps.map(\.description).joined(separator: ".")
        guard let fact = facts[name: name] else { throw unknown(name, steps, place) }
        var texts: [String] = []
        var days: [Int] = []
        for (step, shape) in zip(steps, fact.path) {
            let given = step.arguments ?? []
            let needed = shape.parameters.count { $0.fallback == nil }
            guard (needed...shape.parameters.count).contains(given.count) else {
                let found = given.isEmpty ? "no argument" : "\(given.count) argument\(given.count == 1 ? "" : "s")"
                throw source.error(
                    .wrongArgument, at: step.place, "\(step.name) has \(found) here", expected: fact.signature)
            }
            for (index, parameter) in shape.parameters.enumerated() {
                let argument = index < given.count ? given[index] : nil
                try add(argument, parameter, fact, &texts, &days)
            }
        }
        return BoundFact(fact: fact, texts: texts, days: days, currency: nil, text: text, place: place)
    }

    private func add(
        _ argument: FactStep.Argument?, _ parameter: Fact.Parameter, _ fact: Fact, _ texts: inout [String],
        _ days: inout [Int]
    ) throws(SegmentError) {
        guard let argument else {
            if let fallback = parameter.fallback { days.append(fallback) }
            return
        }
        func wrong(_ expected: String) -> SegmentError {
            let message = "\(argument.literal) doesn't fit \(fact.signature)"
            return source.error(.wrongArgument, at: argument.place, message, expected: expected)
        }
        switch (parameter, argument.literal) {
        case (.text, .text(let text)):
            guard !text.isEmpty, text.unicodeScalars.count <= Checker.longestName else {
                throw wrong("a name of 1 to \(Checker.longestName) characters")
            }
            texts.append(text)
        case (.window, .duration(let span)):
            guard let whole = span.days, whole >= 1 else { throw wrong("whole days, at least 1 day") }
            days.append(whole)
        case (.horizon(let allowed), .duration(let span)):
            guard let whole = span.days, allowed.contains(whole) else {
                throw wrong(allowed.map { "\($0) days" }.joined(separator: " or "))
            }
            days.append(whole)
        case (.text, _): throw wrong("a text in double quotes")
        case (.window, _), (.horizon, _): throw wrong("a duration such as 30 days")
        }
    }

    private func unknown(_ name: String, _ steps: [FactStep], _ place: Place) -> SegmentError {
        let near = nearestName(to: name, among: facts.names) ?? facts.names.filter { $0.hasPrefix(name + ".") }.min()
        let looksLikeText = near == nil && steps.count == 1 && steps[0].arguments == nil
        return source.error(
            .unknownFact, at: place, "unknown fact \"\(name)\"",
            expected: looksLikeText ? "a fact, or a text in double quotes: \"\(name)\"" : nil,
            nearest: near.flatMap { facts[name: $0]?.signature })
    }
}
