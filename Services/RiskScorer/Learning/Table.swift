/// Columns of numbers and of words, the same rows in each; what is not known is nil.
struct Table: Sendable {
    enum Cells: Sendable {
        case numbers([Double?])
        case words([String?])
    }

    struct Column: Sendable {
        let name: String
        let cells: Cells
    }

    let columns: [Column]
    let count: Int
}
