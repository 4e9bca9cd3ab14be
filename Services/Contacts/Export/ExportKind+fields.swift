import Model
import Postgres

extension ExportKind {
    /// What has the custom fields of its lines; nil where there are none.
    private var object: CustomField.Object? {
        switch self {
        case .accounts: .account
        case .contacts: .contact
        case .deals: .deal
        default: nil
        }
    }

    /// The columns of a file, those of custom fields as `field.KEY` at its end. JSON lines have them all in `fields`.
    func columns(_ format: ExportFeed.Format, in pool: PostgresPool) async throws -> [Column] {
        guard let object else { return columns }
        if format == .ndjson { return columns + [Column("fields", "nullif(t.fields, '{}')")] }
        let fields = try await pool.withConnection { try await CustomField.all(of: object, in: $0) }
        return columns + fields.values.sorted { $0.key < $1.key }.map(Self.column)
    }

    /// As a cell of an import has it: choices with `;` between them, money as `12.50 EUR`.
    private static func column(_ field: CustomField) -> Column {
        let value: SQL = "(t.fields -> \(literal: field.key))"
        let cell: SQL =
            switch field.kind {
            case .multiChoice:
                """
                (select string_agg(c, ';') from jsonb_array_elements_text(
                    case jsonb_typeof\(fragment: value) when 'array' then \(fragment: value) else '[]' end) as c)
                """
            case .money: "\(fragment: value) ->> 'minor' || ' ' || (\(fragment: value) ->> 'currency')"
            default: "t.fields ->> \(literal: field.key)"
            }
        var column = Column("field.\(field.key)", cell)
        column.isMoney = field.kind == .money
        return column
    }

    /// `1250 EUR` as `12.50 EUR`.
    static func decimal(_ cell: String) -> String {
        let parts = cell.split(separator: " ")
        guard parts.count == 2, let minor = Int64(parts[0]) else { return cell }
        let digits = Money.digits(of: String(parts[1]))
        let text = String(minor.magnitude)
        let filled = String(repeating: "0", count: max(0, digits + 1 - text.count)) + text
        let point = filled.count - digits
        let amount = digits == 0 ? filled : filled.prefix(point) + "." + filled.dropFirst(point)
        return (minor < 0 ? "-" : "") + amount + " " + parts[1]
    }
}
