/// One record of a CSV file, which quotes may spread over several lines.
struct CSVRecord: Sendable, Equatable {
    /// Number of the line that it begins on, from 1.
    let line: Int
    /// Number of the line that it ends on.
    let lastLine: Int
    let fields: [String]
    /// Why it can't be read; the fields are empty then.
    let fault: String?
    /// Its first bytes as they stand in the file.
    let content: String

    /// An empty line is no record of anything.
    var isBlank: Bool { fault == nil && fields.count == 1 && fields[0].isEmpty }
}
