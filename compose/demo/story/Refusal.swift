/// What the program says on standard error before it ends with code 1: what was wrong and what to do.
struct Refusal: Error, CustomStringConvertible, Equatable {
    let description: String

    init(_ description: String) { self.description = description }
}
