import Model

/// The smallest piece of an expression that has a meaning.
enum Token: Hashable, Sendable {
    case word(String)
    case text(String)
    case number(ExactNumber)
    case date(CalendarDay)
    /// One of `( ) , . = != < <= > >= % -`.
    case sign(String)
    case end

    /// What it looks like, for "found …" in an error.
    var shown: String {
        switch self {
        case .word(let word): "\"\(word)\""
        case .text: "a text"
        case .number(let number): number.description
        case .date(let day): day.description
        case .sign(let sign): "\"\(sign)\""
        case .end: "the end"
        }
    }
}

struct PlacedToken: Sendable {
    let token: Token
    let place: Place
}
