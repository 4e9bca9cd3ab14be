/// Why a line or a body is not taken: the field at fault, and what was expected there.
struct Refusal: Error, Equatable, Sendable {
    let field: String?
    let reason: String

    init(_ field: String?, _ reason: String) {
        self.field = field
        self.reason = reason
    }
}

extension Refusal: CustomStringConvertible {
    var description: String { field.map { "\($0): \(reason)" } ?? reason }
}
