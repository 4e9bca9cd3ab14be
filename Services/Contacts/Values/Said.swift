/// What a line or a body says of one field: nothing, that it is empty now, or a value. What isn't said stays as it is.
enum Said<Value: Sendable>: Sendable {
    case nothing
    case cleared
    case value(Value)

    var value: Value? {
        if case .value(let value) = self { value } else { nil }
    }

    var isNothing: Bool { if case .nothing = self { true } else { false } }

    func map<Other>(_ change: (Value) throws -> Other) rethrows -> Said<Other> {
        switch self {
        case .nothing: .nothing
        case .cleared: .cleared
        case .value(let value): .value(try change(value))
        }
    }
}

extension Said: Equatable where Value: Equatable {}

extension Said<String> {
    /// How it goes to the database in an array of texts: null is nothing, an empty text clears. No field that is kept
    /// may be empty, so the two can't be mixed up.
    var sent: String? {
        switch self {
        case .nothing: nil
        case .cleared: ""
        case .value(let text): text
        }
    }
}
