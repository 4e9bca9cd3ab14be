/// Why a line or a body is not taken: the field at fault, and what was expected there.
struct Refusal: Error, Equatable, Sendable {
    let field: String?
    let reason: String
    /// A word for programs.
    let code: String

    init(_ field: String?, _ reason: String, code: String = Refusal.invalid) {
        self.field = field
        self.reason = reason
        self.code = code
    }

    static let invalid = "invalid"

    /// Whether it has the shape that the API's description gives it, and yet can't be taken: an account that nobody has
    /// written yet, an entry in use, a rule that a schema can't say.
    var isConflict: Bool { code != Self.invalid }

    /// The same within something larger: `orders[3].`
    func placed(in place: String) -> Refusal { Refusal(place + (field ?? ""), reason, code: code) }
}

extension Refusal: CustomStringConvertible {
    var description: String { field.map { "\($0): \(reason)" } ?? reason }
}
