import Model
import Postgres

/// How a value was written: it decides what may stand for what.
enum Writing: Sendable {
    /// JSON has types; a text is never a number.
    case json
    /// A piece of a path or query: a text, and exact.
    case query
    /// A cell of a file, or an argument of a command: a text with blanks around it, in which `;` parts lists.
    case cell
}

extension Shape {
    /// The value in its one form: texts composed and without blanks around them, numbers as numbers. Throws what was
    /// expected in its place; `place` is how it is called in that sentence.
    func read(_ value: FieldValue, _ writing: Writing, at place: String) throws -> FieldValue {
        var value = value
        if writing == .cell, case .text(let text) = value {
            let bare = text.trimmingBlanks()
            if bare.isEmpty { return .null }
            value = .text(bare)
        }
        switch self {
        case .text(let most, let lines, let filled):
            return try Self.text(value, atMost: most, lines: lines, filled: filled, place)
        case .form(let form):
            guard case .text(var text) = value else {
                throw Refusal(place, "expected \(form.expected)\(Self.found(value))")
            }
            if writing == .cell, form.isCapital { text = text.uppercased() }
            guard text.unicodeScalars.count <= form.most, form.isRight(text) else {
                throw Refusal(place, "expected \(form.expected)\(Self.found(value))")
            }
            return .text(text)
        case .choice(let words):
            guard case .text(let text) = value, words.contains(text) else {
                throw Refusal(place, "expected \(words.joined(separator: ", "))\(Self.found(value))")
            }
            return value
        case .integer(let range):
            guard let number = Self.integer(value, writing), range.contains(number) else {
                throw Refusal(place, "expected a whole number from \(range.lowerBound) to \(range.upperBound)")
            }
            return .integer(number)
        case .amount(let isSigned): return try Self.amount(value, isSigned: isSigned, place)
        case .flag:
            guard let flag = Self.flag(value, writing) else { throw Refusal(place, "expected true or false") }
            return .flag(flag)
        case .list(let item, let most): return try Self.list(value, item, atMost: most, writing, place)
        case .object(let fields, _):
            guard case .object(let values) = value else {
                throw Refusal(place, "expected an object, found \(value.kind)")
            }
            return .object(try Fields(values, place: place + ".").read(fields, writing).values)
        case .row: return value
        case .open:
            guard case .object = value else { throw Refusal(place, "expected an object, found \(value.kind)") }
            return value
        case .named(_, let shape): return try shape.read(value, writing, at: place)
        case .words, .moment, .day, .number, .anything, .nullable, .record, .all: return value
        }
    }

    /// What stands for it, in words behind "expected".
    var expected: String {
        switch self {
        case .text(let most, _, _): "a text of 1 to \(most) characters"
        case .form(let form): form.expected
        case .choice(let words): words.joined(separator: ", ")
        case .integer(let range): "a whole number from \(range.lowerBound) to \(range.upperBound)"
        case .amount: "an amount such as 29.33"
        case .flag: "true or false"
        case .list(_, let most): "a list of at most \(most)"
        case .object, .row, .open: "an object"
        case .named(_, let shape): shape.expected
        case .words, .moment, .day, .number, .anything, .nullable, .record, .all: "a value"
        }
    }

    private static func found(_ value: FieldValue) -> String {
        if case .text(let text) = value { ", found “\(text.prefix(40))”" } else { ", found \(value.kind)" }
    }

    /// Lengths are counted as PostgreSQL and JSON Schema count them, in Unicode scalars.
    private static func text(
        _ value: FieldValue, atMost most: Int, lines: Bool, filled: Bool, _ place: String
    ) throws -> FieldValue {
        guard case .text(let given) = value else { throw Refusal(place, "expected a text, found \(value.kind)") }
        let isHarmful = given.unicodeScalars.contains { scalar in
            (scalar.value < 32 || scalar.value == 127)
                && !(lines && (scalar == "\n" || scalar == "\t" || scalar == "\r"))
        }
        guard !isHarmful else { throw Refusal(place, "expected no control characters: remove them") }
        let text = given.trimmingBlanks().normalized
        let length = max(given.unicodeScalars.count, text.unicodeScalars.count)
        guard length <= most else {
            throw Refusal(place, "expected at most \(most) characters, found \(length): shorten it")
        }
        guard !text.isEmpty else {
            if filled { throw Refusal(place, "is missing: expected a text of 1 to \(most) characters") }
            return .null
        }
        return .text(text)
    }

    private static func integer(_ value: FieldValue, _ writing: Writing) -> Int64? {
        switch value {
        case .integer(let number): return number
        case .text(let digits) where writing != .json:
            guard digits.utf8.allSatisfy({ (48...57).contains($0) || $0 == UInt8(ascii: "-") }) else { return nil }
            return Int64(digits)
        default: return nil
        }
    }

    private static func flag(_ value: FieldValue, _ writing: Writing) -> Bool? {
        switch value {
        case .flag(let flag): flag
        case .text("true") where writing != .json: true
        case .text("false") where writing != .json: false
        case .text(let text) where writing == .cell && ["true", "yes", "1"].contains(text.lowercased()): true
        case .text(let text) where writing == .cell && ["false", "no", "0"].contains(text.lowercased()): false
        default: nil
        }
    }

    private static func amount(_ value: FieldValue, isSigned: Bool, _ place: String) throws -> FieldValue {
        switch value {
        case .integer(let number) where abs(number) <= mostAmount && (isSigned || number >= 0):
            return .text(String(number))
        case .text(let text) where Amount.isAmount(text, isSigned: isSigned): return value
        case .number:
            throw Refusal(place, "expected an amount as a text, \"29.33\", for a number with a point is not exact")
        default:
            throw Refusal(
                place, "expected an amount such as \"29.33\"\(isSigned ? "" : ", not below 0")\(Self.found(value))")
        }
    }

    private static func list(
        _ value: FieldValue, _ item: Shape, atMost most: Int, _ writing: Writing, _ place: String
    ) throws -> FieldValue {
        var items: [FieldValue]
        switch value {
        case .list(let list): items = list
        case .text(let text) where writing == .cell && item.isObject && text.hasPrefix("["):
            guard JSONBody.depth(of: text.utf8) <= JSONBody.mostDepth,
                let list = try? JSONText(text).decode(FieldValue.self)
            else { throw Refusal(place, "is no JSON: expected a list as an export has it") }
            return try Self.list(list, item, atMost: most, .json, place)
        // Consents are written in a cell by a notation of their own.
        case .text where writing == .cell && !item.isText: return value
        case .text(let text) where writing == .cell: items = text.split(separator: ";").map { .text(String($0)) }
        default: throw Refusal(place, "expected a list, found \(value.kind)")
        }
        guard items.count <= most else {
            throw Refusal(place, "expected at most \(most) of them, found \(items.count): send several")
        }
        for index in items.indices { items[index] = try item.read(items[index], writing, at: "\(place)[\(index)]") }
        // A row that is null has a verdict too.
        if case .row = item { return .list(items) }
        return .list(items.filter { $0 != .null })
    }

    private var isObject: Bool {
        switch self {
        case .named(_, let shape): shape.isObject
        case .object: true
        default: false
        }
    }

    private var isText: Bool { if case .text = self { true } else { false } }
}
