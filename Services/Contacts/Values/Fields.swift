import Model

/// The named values of one line of a file or of one JSON object, read one by one. Each reader says what it expected.
struct Fields: Sendable {
    private(set) var values: [String: FieldValue]
    /// What stands before a field's name in a refusal: `orders[3].`, empty for a line.
    let place: String

    /// The longest list of texts that is taken.
    static let longestList = 100

    init(_ values: [String: FieldValue], place: String = "") {
        self.values = values
        self.place = place
    }

    var names: [String] { values.keys.sorted() }

    func refusal(_ name: String, _ reason: String, code: String = Refusal.invalid) -> Refusal {
        Refusal(place + name, reason, code: code)
    }

    func raw(_ name: String) -> FieldValue? { values[name] }

    /// What the path says goes before what the body says.
    mutating func set(_ name: String, _ value: FieldValue) { values[name] = value }

    /// The same values in their one form, each of the shape that its field has. Refuses fields of other names, naming
    /// those that there are, and the lack of one that is needed. What is read behind it need not be checked again.
    func read(_ fields: [Field], _ writing: Writing) throws -> Fields {
        var read: [String: FieldValue] = [:]
        for field in fields {
            let value = values[field.name]
            if let value, value != .null {
                read[field.name] = try field.shape.read(value, writing, at: place + field.name)
            } else {
                read[field.name] = value
            }
            if field.isNeeded, read[field.name] ?? .null == .null {
                throw refusal(field.name, "is missing: expected \(field.shape.expected)")
            }
        }
        if values.count > read.count, let stranger = names.first(where: { read[$0] == nil }) {
            let known = fields.isEmpty ? "none" : fields.map(\.name).joined(separator: ", ")
            throw refusal(stranger, "is no \(writing == .query ? "parameter" : "field") here: there are \(known)")
        }
        return Fields(read, place: place)
    }

    // MARK: Readers of what was read by its shape

    /// Whether anything is said of it, if only that it is empty.
    func says(_ name: String) -> Bool { values[name] != nil }

    /// A text in its one form.
    func text(_ name: String) -> Said<String> {
        switch values[name] {
        case nil: .nothing
        case .text(let text)? where !text.isEmpty: .value(text)
        default: .cleared
        }
    }

    /// A text that must be there.
    func needed(_ name: String) throws -> String {
        guard let text = text(name).value else { throw refusal(name, "is missing: expected a text") }
        return text
    }

    func integer(_ name: String) -> Said<Int64> {
        switch values[name] {
        case nil: .nothing
        case .integer(let number)?: .value(number)
        default: .cleared
        }
    }

    func flag(_ name: String) -> Bool? { if case .flag(let flag)? = values[name] { flag } else { nil } }

    /// The texts of a list; nil where nothing is said of it.
    func list(_ name: String) -> [String]? {
        switch values[name] {
        case nil: nil
        case .list(let items)?: items.compactMap { if case .text(let text) = $0 { text } else { nil } }
        default: []
        }
    }

    /// The objects of a list; nil where there is no list.
    func objects(_ name: String) -> [Fields]? {
        guard case .list(let items)? = values[name] else { return nil }
        return items.enumerated().compactMap { index, item in
            guard case .object(let inner) = item else { return nil }
            return Fields(inner, place: "\(place)\(name)[\(index)].")
        }
    }

    // MARK: Readers that check for themselves

    /// A text of at most so many characters, read as a cell is.
    func text(_ name: String, atMost limit: Int, lines: Bool = false) throws -> Said<String> {
        try read(name, .text(atMost: limit, lines: lines)).text(name)
    }

    /// A text that must be there, read as a cell is.
    func needed(_ name: String, atMost limit: Int, lines: Bool = false) throws -> String {
        let shape = Shape.text(atMost: limit, lines: lines)
        guard let text = try read(name, shape).text(name).value else {
            throw refusal(name, "is missing: expected a text of 1 to \(limit) characters")
        }
        return text
    }

    func choice(_ name: String, of words: [String]) throws -> Said<String> {
        try read(name, .choice(words)).text(name)
    }

    func read(_ name: String, _ shape: Shape) throws -> Fields {
        guard let value = values[name], value != .null else { return self }
        var fields = self
        fields.values[name] = try shape.read(value, .cell, at: place + name)
        return fields
    }
}

extension String {
    /// Without white space at either end.
    func trimmingBlanks() -> String {
        let isBlank: (Unicode.Scalar) -> Bool = { $0.properties.isWhitespace || $0.value == 0xFEFF }
        let scalars = unicodeScalars
        guard let first = scalars.first, let last = scalars.last, isBlank(first) || isBlank(last) else { return self }
        var rest = Substring(self).unicodeScalars
        while let first = rest.first, isBlank(first) { rest.removeFirst() }
        while let last = rest.last, isBlank(last) { rest.removeLast() }
        return String(rest)
    }
}
