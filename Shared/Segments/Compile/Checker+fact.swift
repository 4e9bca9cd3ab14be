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
            let needed = shape.parameters.count(where: \.isNeeded)
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
        let type = fact.isField ? try type(ofField: texts.first ?? "", steps[0].place) : fact.type
        return BoundFact(
            fact: fact, texts: texts, days: days, currency: nil, type: type, text: text, place: standing ?? place)
    }

    private func add(
        _ argument: FactStep.Argument?, _ parameter: Fact.Parameter, _ fact: Fact, _ texts: inout [String],
        _ days: inout [Int]
    ) throws(SegmentError) {
        guard let argument else {
            switch parameter {
            case .horizon(let allowed): days.append(allowed.first ?? 0)
            case .word(let words): texts.append(words.first ?? "")
            default: break
            }
            return
        }
        func wrong(_ expected: String) -> SegmentError {
            let message = "\(argument.literal) doesn't fit \(fact.signature)"
            return source.error(.wrongArgument, at: argument.place, message, expected: expected)
        }
        switch (parameter, argument.literal) {
        case (.text, .text(let text)), (.optionalText, .text(let text)):
            guard !text.isEmpty, text.unicodeScalars.count <= Checker.longestName else {
                throw wrong("a name of 1 to \(Checker.longestName) characters")
            }
            texts.append(text)
        case (.word(let words), .text(let text)):
            guard words.contains(text) else { throw wrong(words.map(Literal.quoted).joined(separator: ", ")) }
            texts.append(text)
        case (.window, .duration(let span)), (.optionalWindow, .duration(let span)):
            guard let whole = span.days, whole >= 1 else { throw wrong("whole days, at least 1 day") }
            days.append(whole)
        case (.horizon(let allowed), .duration(let span)):
            guard let whole = span.days, allowed.contains(whole) else {
                throw wrong(allowed.map { "\($0) days" }.joined(separator: " or "))
            }
            days.append(whole)
        case (.text, _), (.optionalText, _), (.word, _): throw wrong("a text in double quotes")
        case (.window, _), (.horizon, _), (.optionalWindow, _): throw wrong("a duration such as 30 days")
        }
    }

    /// The type of a custom field, by its key.
    private func type(ofField key: String, _ place: Place) throws(SegmentError) -> FactType {
        guard let library else { return .undecided }
        guard let type = library.fields[key] else {
            throw source.error(
                .unknownField, at: place, "there is no field \(Literal.quoted(key)) of accounts",
                expected: library.fields.isEmpty ? "a custom field; none is defined" : nil,
                nearest: nearestName(to: key, among: library.fields.keys).map(Literal.quoted))
        }
        return type
    }

    private func unknown(_ name: String, _ steps: [FactStep], _ place: Place) -> SegmentError {
        let near = nearest(to: name.lowercased())
        let looksLikeText = near == nil && steps.count == 1 && steps[0].arguments == nil
        return source.error(
            .unknownFact, at: place, "unknown fact \"\(name)\"",
            expected: looksLikeText ? "a fact, or a text in double quotes: \"\(name)\"" : nil,
            nearest: near)
    }

    /// What was meant, as it is written: a fact that is called nearly so, a custom field, or a fact of which this is a part.
    private func nearest(to name: String) -> String? {
        if let near = nearestName(to: name, among: facts.names) { return facts[name: near]?.signature }
        if let library, library.fields[name] != nil { return "field(\(Literal.quoted(name)))" }
        let whole = facts.names.sorted()
        let near =
            whole.first { $0.hasPrefix(name + ".") } ?? whole.first { $0.hasSuffix("." + name) }
            ?? whole.first { fact in nearestName(to: name, among: fact.split(separator: ".").map(String.init)) != nil }
        return near.flatMap { facts[name: $0]?.signature }
    }
}
