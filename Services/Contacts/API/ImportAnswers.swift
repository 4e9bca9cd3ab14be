import Chassis

/// A line as it would land, in answers.
struct Previewed: Encodable, Sendable {
    let line: Int
    let result: String
    let field: String?
    let reason: String?
    let fields: [String: String]

    init(_ shown: Preview.Line) {
        line = shown.line
        result = shown.verdict.word
        let refusal: Refusal? = if case .refused(let refusal) = shown.verdict { refusal } else { nil }
        (field, reason) = (refusal?.field, refusal?.reason)
        fields = Dictionary(shown.fields.map { ($0.name, $0.value) }) { first, _ in first }
    }
}

/// What became of a file, in answers.
struct Imported: Encodable, Sendable {
    let importID: Int64
    let made: Int
    let changed: Int
    let unchanged: Int
    let refused: Int
    let unusedColumns: [String]
    let newUsers: [String]

    enum CodingKeys: String, CodingKey {
        case made, changed, unchanged, refused
        case importID = "import_id"
        case unusedColumns = "unused_columns"
        case newUsers = "new_users"
    }

    init(_ outcome: Importer.Outcome) {
        importID = outcome.id
        (made, changed) = (outcome.tally.made, outcome.tally.changed)
        (unchanged, refused) = (outcome.tally.unchanged, outcome.tally.refused)
        unusedColumns = outcome.unusedColumns
        newUsers = outcome.newUsers
    }

    static let fields: [Field] = [
        .needed("import_id", .count(), "by which it is undone"), .needed("made", .count(), "lines that made a row"),
        .needed("changed", .count(), "lines that changed a row"),
        .needed("unchanged", .count(), "lines that said what was known"),
        .needed("refused", .count(), "lines refused; see its refusals"),
        .needed(
            "unused_columns", .list(.words, atMost: CSVReader.mostFields),
            "columns of the file that are no field of it, and were left out"),
        .needed(
            "new_users", .list(.words, atMost: Int(Importer.mostNewUsers)),
            "users who were made since it began, who may not sign in yet: owners that nobody was called"),
    ]
}
