import Chassis

/// Which column holds which field.
struct Header: Sendable, Equatable {
    /// The field of each column; nil for one that is not used.
    let columns: [String?]
    /// Names of the columns that are not used.
    let unused: [String]
    let notation: Notation
    /// Of the columns `field.KEY`, by the names of the columns.
    private let custom: [String: CustomField.Kind]

    /// What every line says, by the names of the fields that no column has.
    let constants: [String: String]

    /// What stands before the key of a custom field in the name of a column.
    static let customPrefix = "field."

    /// - Parameters:
    ///   - map: fields by the columns' names, for those that are called otherwise.
    ///   - notation: of numbers and times in the cells.
    ///   - constants: values of fields that every line has and no column.
    ///   - fields: the custom fields that there are.
    /// - Throws: `ProgramFailure` that names what is missing and what is there.
    init(
        _ record: CSVRecord, _ kind: ImportKind, map: [String: String], notation: Notation = Notation(),
        constants: [String: String] = [:], fields: [String: CustomField] = [:]
    ) throws {
        self.notation = notation
        let custom = Dictionary(uniqueKeysWithValues: fields.map { (Self.customPrefix + $0, $1.kind) })
        self.custom = custom
        self.constants = constants
        let known = kind.fields + custom.keys.sorted()
        if let fault = record.fault { throw ProgramFailure(.badInput, "Line 1: \(fault).") }
        let names = record.fields.map { $0.trimmingBlanks() }
        if let stranger = map.keys.sorted().first(where: { !names.contains($0) }) {
            throw ProgramFailure(
                .badInput, "There is no column “\(stranger)” to map: line 1 has \(names.joined(separator: ", ")).")
        }
        if let stranger = (Array(map.values) + Array(constants.keys)).sorted().first(where: {
            !known.contains(Self.plain($0))
        }) {
            throw ProgramFailure(
                .badInput, "“\(stranger)” is no field of \(kind.rawValue): \(known.joined(separator: ", ")).")
        }
        columns = names.map { name in
            let field = Self.plain(map[name] ?? name)
            return known.contains(field) ? field : nil
        }
        if let stranger = names.map({ Self.plain(map[$0] ?? $0) }).first(where: {
            $0.hasPrefix(Self.customPrefix) && custom[$0] == nil
        }) {
            throw ProgramFailure(
                .badInput,
                "Line 1 has a column \(stranger), and \(kind.rawValue) have no such field: define it by "
                    + "PUT /v1/fields, or call the column otherwise.")
        }
        unused = zip(names, columns).compactMap { $1 == nil ? $0 : nil }
        let found = columns.compactMap(\.self) + constants.keys.sorted()
        if let twice = found.first(where: { field in found.count { $0 == field } > 1 }) {
            throw ProgramFailure(.badInput, "Line 1 says \(twice) twice: remove, map or leave out one of them.")
        }
        if let missing = kind.needed.first(where: { names in !names.contains { found.contains($0) } }) {
            throw ProgramFailure(
                .badInput,
                "Line 1 has no column \(missing.joined(separator: " or ")): it has \(names.joined(separator: ", ")). "
                    + "Say which it is by map, \"COLUMN=\(missing[0])\", or give all lines the same by set.")
        }
    }

    /// `Account Key` and `account-key` are `account_key`, `fields.health` is `field.health`.
    private static func plain(_ name: String) -> String {
        let text = String(name.lowercased().map { $0 == " " || $0 == "-" ? "_" : $0 })
        return text.hasPrefix("fields.") ? customPrefix + text.dropFirst("fields.".count) : text
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
        var values = try constants.reduce(into: [String: FieldValue]()) { values, constant in
            values[constant.key] = .text(try notation.plain(constant.value, of: constant.key, custom[constant.key]))
        }
        for (field, cell) in zip(columns, record.fields) {
            if let field, !cell.isEmpty { values[field] = .text(try notation.plain(cell, of: field, custom[field])) }
        }
        // Custom fields stand together, as in a body.
        let own = values.filter { $0.key.hasPrefix(Self.customPrefix) }
        if !own.isEmpty {
            values = values.filter { !$0.key.hasPrefix(Self.customPrefix) }
            values["fields"] = .object(
                Dictionary(
                    uniqueKeysWithValues: own.map { (String($0.key.dropFirst(Self.customPrefix.count)), $0.value) }))
        }
        return Fields(values)
    }
}
