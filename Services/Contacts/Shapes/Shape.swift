import Chassis

/// What a value may be. One place says it: bodies, cells of files, queries and paths are read by it, and the API's
/// description is written from it.
indirect enum Shape: Sendable {
    /// A text of so many Unicode scalars, without control characters; `lines` lets it have several. One that is `filled`
    /// holds more than blanks.
    case text(atMost: Int, lines: Bool = false, filled: Bool = false)
    /// A text of a form of its own, such as a time.
    case form(TextForm)
    case choice([String])
    case integer(ClosedRange<Int64>)
    /// An amount in units of its currency: a whole number, or a decimal as text, for binary fractions can't hold it.
    case amount(isSigned: Bool)
    case flag
    case list(Shape, atMost: Int)
    /// What has these fields and no others.
    case object([Field], rules: [Rule] = [])
    /// Anything: it is judged for itself, by the shape, and what is wrong with it is in its own verdict.
    case row(Shape)
    /// An object with whatever names: what is in it is judged by what is kept.
    case open

    // Only in answers.
    case words
    case moment
    case day
    case number
    case anything
    case nullable(Shape)
    /// An object that always has all of these fields; those that may be null are not needed.
    case record([Field])
    case all([Shape])
    /// Stands under its name among the description's components.
    case named(String, Shape)
}

extension Shape {
    /// The outside world's id of something.
    static let key = Shape.text(atMost: 200, filled: true)

    /// An id inside, as far as a number of JSON is exact everywhere.
    static let id = Shape.integer(0...9_007_199_254_740_991)

    static func count(atMost most: Int64 = .max) -> Shape { .integer(0...most) }

    /// The names that the fields of a body may have.
    var fields: [Field] {
        switch self {
        case .object(let fields, _), .record(let fields): fields
        case .named(_, let shape): shape.fields
        default: []
        }
    }
}

/// A named value of a body, a line, a query, a path or an answer.
struct Field: Sendable {
    let name: String
    let shape: Shape
    /// One that is not needed may be left out, or be null, which empties it. In an answer it is there, and may be null.
    let isNeeded: Bool
    /// What it means, in a few words.
    let words: String

    static func needed(_ name: String, _ shape: Shape, _ words: String) -> Field {
        Field(name: name, shape: shape.filled, isNeeded: true, words: words)
    }

    static func optional(_ name: String, _ shape: Shape, _ words: String) -> Field {
        Field(name: name, shape: shape, isNeeded: false, words: words)
    }

    /// An amount with a currency beside it: `NAME` in its units, or `NAME_minor` in its minor units.
    static func money(_ name: String, isSigned: Bool = true, _ words: String) -> [Field] {
        let most = Fields.mostMoney
        return [
            .optional(name, .amount(isSigned: isSigned), words + ", in units of the currency"),
            .optional(
                name + "_minor", .integer((isSigned ? -most : 0)...most), words + ", in minor units of the currency"),
        ]
    }
}

extension Shape {
    /// What must be there is more than blanks.
    fileprivate var filled: Shape {
        if case .text(let most, let lines, _) = self { .text(atMost: most, lines: lines, filled: true) } else { self }
    }
}
