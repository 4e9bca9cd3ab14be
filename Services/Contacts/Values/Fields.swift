import Model

/// The named values of one line of a file or of one JSON object, read one by one. Each reader says what it expected.
struct Fields: Sendable {
    private var values: [String: FieldValue]
    /// What stands before a field's name in a refusal: `orders[3].`, empty for a line.
    let place: String

    /// The longest list of texts that is taken.
    static let longestList = 100

    init(_ values: [String: FieldValue], place: String = "") {
        self.values = values
        self.place = place
    }

    var names: [String] { values.keys.sorted() }

    func refusal(_ name: String, _ reason: String) -> Refusal { Refusal(place + name, reason) }

    /// Refuses fields of other names than these, naming the nearest.
    func allow(only known: [String]) throws {
        guard let stranger = names.first(where: { !known.contains($0) }) else { return }
        throw refusal(stranger, "is no field here: there are \(known.joined(separator: ", "))")
    }

    func raw(_ name: String) -> FieldValue? { values[name] }

    /// What the path says goes before what the body says.
    mutating func set(_ name: String, _ value: FieldValue) { values[name] = value }

    /// A text on one line unless `lines`, without blanks around it and without control characters, in its composed form. Lengths are counted as
    /// PostgreSQL counts them, in Unicode scalars.
    func text(_ name: String, atMost limit: Int, lines: Bool = false) throws -> Said<String> {
        guard let value = values[name] else { return .nothing }
        if value == .null { return .cleared }
        guard case .text(let given) = value else { throw refusal(name, "expected a text, found \(value.kind)") }
        let text = given.trimmingBlanks().normalized
        guard !text.isEmpty else { return .cleared }
        guard text.unicodeScalars.count <= limit else {
            throw refusal(
                name, "expected at most \(limit) characters, found \(text.unicodeScalars.count): shorten it")
        }
        let isHarmful = text.unicodeScalars.contains { scalar in
            (scalar.value < 32 || scalar.value == 127)
                && !(lines && (scalar == "\n" || scalar == "\t" || scalar == "\r"))
        }
        guard !isHarmful else { throw refusal(name, "expected no control characters: remove them") }
        return .value(text)
    }

    /// A text that must be there.
    func needed(_ name: String, atMost limit: Int, lines: Bool = false) throws -> String {
        guard let text = try text(name, atMost: limit, lines: lines).value else {
            throw refusal(name, "is missing: expected a text of 1 to \(limit) characters")
        }
        return text
    }

    /// The outside world's id of something.
    func key(_ name: String) throws -> String { try needed(name, atMost: 200) }

    func choice(_ name: String, of words: [String]) throws -> Said<String> {
        let text = try text(name, atMost: 100)
        if let word = text.value, !words.contains(word) {
            throw refusal(name, "expected \(words.joined(separator: ", ")), found “\(word)”")
        }
        return text
    }

    /// Texts from a JSON list, or from one text with `;` between them.
    func list(_ name: String, atMost limit: Int) throws -> [String]? {
        let items: [FieldValue]
        switch values[name] {
        case nil: return nil
        case .null?: return []
        case .list(let list)?: items = list
        case .text(let text)?: items = text.split(separator: ";").map { .text(String($0)) }
        case let other?: throw refusal(name, "expected a list of texts, found \(other.kind)")
        }
        guard items.count <= Self.longestList else {
            throw refusal(name, "expected at most \(Self.longestList) of them, found \(items.count)")
        }
        return try items.enumerated().compactMap { index, item in
            try Fields(["item": item], place: "\(place)\(name)[\(index)].").text("item", atMost: limit).value
        }
    }

    /// The objects of a JSON list.
    func objects(_ name: String, atMost limit: Int) throws -> [Fields]? {
        guard let value = values[name], value != .null else { return nil }
        guard case .list(let items) = value else { throw refusal(name, "expected a list, found \(value.kind)") }
        guard items.count <= limit else {
            throw refusal(name, "expected at most \(limit) of them, found \(items.count): send several")
        }
        return try items.enumerated().map { index, item in
            guard case .object(let inner) = item else {
                throw refusal("\(name)[\(index)]", "expected an object, found \(item.kind)")
            }
            return Fields(inner, place: "\(place)\(name)[\(index)].")
        }
    }
}

extension String {
    /// Without white space at either end.
    func trimmingBlanks() -> String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0.value == 0xFEFF }
        var scalars = Substring(self).unicodeScalars
        while let first = scalars.first, isBlank(first) { scalars.removeFirst() }
        while let last = scalars.last, isBlank(last) { scalars.removeLast() }
        return String(scalars)
    }
}
