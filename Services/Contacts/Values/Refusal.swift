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

    /// Whether it is right in itself and doesn't fit what is there.
    var isConflict: Bool { Self.conflicts.contains(code) }

    /// The codes of what is right in itself: an account that nobody has written yet, a user who is none, an entry in use.
    private static let conflicts: Set = [
        "conflict", "in_use", "unknown_account", "unknown_contact", "unknown_user", "unknown_segment", "merged",
        "is_customer", "no_person", "one_already", "already_merged", "under_way", "idempotency_key_reused",
    ]

    /// The same within something larger: `orders[3].`
    func placed(in place: String) -> Refusal { Refusal(place + (field ?? ""), reason, code: code) }
}

extension Refusal: CustomStringConvertible {
    var description: String { field.map { "\($0): \(reason)" } ?? reason }
}
