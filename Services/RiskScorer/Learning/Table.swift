/// Columns of numbers and of words, the same rows in each; what is not known is nil.
struct Table: Sendable {
    enum Cells: Sendable {
        case numbers([Double?])
        case words([String?])
    }

    struct Column: Sendable {
        let name: String
        let cells: Cells

        /// Whether every row says the same.
        var isConstant: Bool {
            switch cells {
            case .numbers(let numbers): Set(numbers).count <= 1
            case .words(let words): Set(words).count <= 1
            }
        }
    }

    let columns: [Column]
    let count: Int
}
