/// How much of JSON is read. What is beyond a limit of one place becomes null with a fault there; what is beyond that of
/// the whole makes the text unreadable.
struct JSONLimits: Sendable {
    /// Objects and arrays inside each other.
    var depth = 100
    /// Bytes of a member's name.
    var nameBytes = 1_024
    /// Members of an object, elements of an array.
    var children = 20_000
    /// Values of all kinds in the whole text.
    var values = 1_000_000
    /// Bytes of a number.
    var numberBytes = 400
    /// Remarks that are kept; more of them are only counted in the last.
    var notes = 10_000

    static let standard = JSONLimits()
}

/// Why a text is no JSON at all.
struct JSONFailure: Error, Equatable {
    /// Bytes from the beginning.
    let offset: Int
    let words: String

    var description: String { "at byte \(offset): \(words)" }
}
