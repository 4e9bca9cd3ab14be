/// One record of a CSV file, which quotes may spread over several lines.
package struct CSVRecord: Sendable, Equatable {
    /// Number of the line that it begins on, from 1.
    package let line: Int
    /// Number of the line that it ends on.
    package let lastLine: Int
    package let fields: [String]
    /// Why it can't be read; the fields are empty then.
    package let fault: String?
    /// Its first bytes as they stand in the file.
    package let content: String

    /// An empty line is no record of anything.
    package var isBlank: Bool { fault == nil && fields.count == 1 && fields[0].isEmpty }
}
