/// JSON as it came from outside, mended where it had to be: no NaN, no NUL, no lone surrogate, no number that
/// PostgreSQL could not keep.
enum JSONValue: Sendable, Equatable {
    case null
    case bool(Bool)
    /// The literal as it was written, a finite number by JSON's grammar.
    case number(String)
    case string(String)
    case array([JSONValue])
    case object(JSONObject)
}

/// An object's members in the order in which they came. Of two with one name the last counts, as in PostgreSQL's jsonb.
struct JSONObject: Sendable, Equatable {
    struct Member: Sendable, Equatable {
        let name: String
        let value: JSONValue
    }

    var members: [Member]
    /// Where it stood in the bytes.
    let start: UInt32
    let end: UInt32

    init(_ members: [Member] = [], start: Int = 0, end: Int = 0) {
        self.members = members
        self.start = UInt32(clamping: start)
        self.end = UInt32(clamping: end)
    }

    subscript(_ name: String) -> JSONValue? {
        members.last { $0.name == name }?.value
    }

    static func == (left: JSONObject, right: JSONObject) -> Bool { left.members == right.members }
}

/// What the parser made of a whole text.
struct JSONDocument: Sendable {
    let value: JSONValue
    /// What was mended, in the order of the text.
    let repairs: [JSONNote]
    /// What could not be read within the limits and became null, in the order of the text.
    let faults: [JSONNote]
}

/// A remark on one place of a text.
struct JSONNote: Sendable, Equatable {
    enum Step: Sendable, Equatable {
        case name(String)
        case index(Int)
    }

    var path: [Step]
    let words: String

    /// The place as a JSON pointer (RFC 6901), leaving out the first `dropping` steps; at most 300 bytes, and without
    /// control characters.
    func pointer(dropping: Int = 0) -> String {
        JSONPointer.text(path.dropFirst(dropping))
    }
}

enum JSONPointer {
    private static let limit = 300

    static func text(_ steps: some Sequence<JSONNote.Step>) -> String {
        var text = ""
        for step in steps {
            switch step {
            case .index(let index): text += "/\(index)"
            case .name(let name): text += "/" + escaped(name.prefix(100))
            }
        }
        return text.utf8.count <= limit ? text : String(text.prefix(limit / 4)) + "…"
    }

    private static func escaped(_ name: some StringProtocol) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            case _ where scalar.value < 32 || scalar.value == 127: text += "\u{FFFD}"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
