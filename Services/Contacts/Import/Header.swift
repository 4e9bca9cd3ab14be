import Chassis

/// Which column holds which field.
struct Header: Sendable, Equatable {
    /// The field of each column; nil for one that is not used.
    let columns: [String?]
    /// Names of the columns that are not used.
    let unused: [String]
    let notation: Notation

    /// - Parameters:
    ///   - map: fields by the columns' names, for those that are called otherwise.
    ///   - notation: of numbers and times in the cells.
    /// - Throws: `ProgramFailure` that names what is missing and what is there.
    init(_ record: CSVRecord, _ kind: ImportKind, map: [String: String], notation: Notation = Notation()) throws {
        self.notation = notation
        if let fault = record.fault { throw ProgramFailure(.badInput, "Line 1: \(fault).") }
        let names = record.fields.map { $0.trimmingBlanks() }
        if let stranger = map.keys.sorted().first(where: { !names.contains($0) }) {
            throw ProgramFailure(
                .badInput, "There is no column “\(stranger)” to map: line 1 has \(names.joined(separator: ", ")).")
        }
        if let stranger = map.values.sorted().first(where: { !kind.fields.contains($0) }) {
            throw ProgramFailure(
                .badInput, "“\(stranger)” is no field of \(kind.rawValue): \(kind.fields.joined(separator: ", ")).")
        }
        columns = names.map { name in
            let field = map[name] ?? Self.plain(name)
            return kind.fields.contains(field) ? field : nil
        }
        unused = zip(names, columns).compactMap { $1 == nil ? $0 : nil }
        let found = columns.compactMap(\.self)
        if let twice = found.first(where: { field in found.count { $0 == field } > 1 }) {
            throw ProgramFailure(.badInput, "Line 1 has two columns for \(twice): remove or map one of them.")
        }
        if let missing = kind.needed.first(where: { names in !names.contains { found.contains($0) } }) {
            throw ProgramFailure(
                .badInput,
                "Line 1 has no column \(missing.joined(separator: " or ")): it has \(names.joined(separator: ", ")). "
                    + "Say which it is by --map \"COLUMN=\(missing[0])\".")
        }
    }

    /// `Account Key` and `account-key` are `account_key`.
    private static func plain(_ name: String) -> String {
        String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
    }

    /// The fields of a line; an empty cell says nothing.
    func fields(of record: CSVRecord) throws -> Fields {
        if let fault = record.fault { throw Refusal(nil, fault) }
        guard record.fields.count == columns.count else {
            throw Refusal(
                nil,
                "the line has \(record.fields.count) fields, the heading \(columns.count): quote what holds a separator"
            )
        }
        var values: [String: FieldValue] = [:]
        for (field, cell) in zip(columns, record.fields) {
            if let field, !cell.isEmpty { values[field] = .text(try notation.plain(cell, of: field)) }
        }
        return Fields(values)
    }
}
