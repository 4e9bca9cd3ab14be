/// Reads an object's members by name, and says where one is not what it should be.
struct Members: Sendable {
    let object: JSONObject
    /// Of the object, as a JSON pointer.
    let place: String

    init(_ object: JSONObject, place: String = "") {
        self.object = object
        self.place = place
    }

    /// The value by the first of these names that is there and not null.
    private func value(_ names: [String]) -> (name: String, value: JSONValue)? {
        for name in names {
            if let value = object[name], value != .null { return (name, value) }
        }
        return nil
    }

    /// A text, or a number as its digits; nil where it is absent, null or empty.
    func text(_ names: String...) throws(Refusal) -> String? {
        guard let (name, value) = value(names) else { return nil }
        switch value {
        case .string(let text): return text.isEmpty ? nil : text
        case .number(let literal): return literal
        default: throw refusal(name, "expected a text")
        }
    }

    /// A text of at most `longest` characters.
    func key(_ names: String...) throws(Refusal) -> String? {
        for name in names {
            guard let text = try text(name) else { continue }
            guard text.isWithin(SubjectKey.longest) else {
                throw refusal(name, "longer than \(SubjectKey.longest) characters")
            }
            return text
        }
        return nil
    }

    /// A time as ISO 8601, or as Unix seconds or milliseconds, which may stand in quotes.
    func time(_ names: String...) throws(Refusal) -> UTCTime? {
        guard let (name, value) = value(names) else { return nil }
        let time: UTCTime? =
            switch value {
            case .string(let text): UTCTime(text) ?? Self.unix(text)
            case .number(let literal): Double(literal).flatMap(UTCTime.init(unix:))
            default: nil
            }
        guard let time else {
            throw refusal(name, "expected a time such as 2026-11-23T18:41:05.203Z, or Unix seconds")
        }
        return time
    }

    /// So long that it is no year and no day without its hyphens.
    private static func unix(_ text: String) -> UTCTime? {
        guard (9...20).contains(text.utf8.count), text.utf8.allSatisfy({ (48...57).contains($0) || $0 == 46 }) else {
            return nil
        }
        return Double(text).flatMap(UTCTime.init(unix:))
    }

    /// Refuses an object that says two things by two names for one.
    func agree(_ names: String...) throws(Refusal) {
        guard let (first, said) = value(names) else { return }
        for name in names {
            if let other = object[name], other != .null, other != said {
                throw refusal(name, "says something else than \(first), which is the same member: send one of them")
            }
        }
    }

    /// An object; nil where it is absent or null.
    func object(_ name: String) throws(Refusal) -> JSONObject? {
        switch object[name] {
        case nil, .null: return nil
        case .object(let object): return object
        default: throw refusal(name, "expected an object")
        }
    }

    /// Where the value stands that goes by the first of these names that is there, or would stand by the first of all.
    func place(of names: String...) -> String { "\(place)/\(value(names)?.name ?? names[0])" }

    func refusal(_ name: String, _ reason: String) -> Refusal { Refusal(place: "\(place)/\(name)", reason: reason) }
}

extension String {
    /// At most so many characters, as PostgreSQL counts them: code points, of which there are no more than bytes.
    func isWithin(_ characters: Int) -> Bool {
        utf8.count <= characters || unicodeScalars.count <= characters
    }
}
