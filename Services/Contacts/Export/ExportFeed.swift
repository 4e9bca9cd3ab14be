import Chassis
import Model
import Postgres

/// The lines of an export, some thousand at a time, in the order in which the rows were made. Each page is a statement of
/// its own: nothing grows with the size of the whole, and nobody is kept waiting by who reads slowly. A row that changes
/// meanwhile appears as it was or as it is.
struct ExportFeed: Sendable {
    enum Format: String, CaseIterable, Sendable {
        case csv, ndjson
    }

    static let pageSize: Int64 = 2_000

    let kind: ExportKind
    let format: Format
    /// Only accounts in this segment, and what is theirs.
    let segment: Int64?
    let cells: CSVCells
    let pool: PostgresPool
    private let columns: [ExportKind.Column]
    private var last: Int64 = 0
    private var isBegun = false

    /// - Throws: `Refusal` where there is no such segment.
    init(
        _ kind: ExportKind, _ format: Format, segment: String? = nil, cells: CSVCells = CSVCells(), pool: PostgresPool
    ) async throws {
        self.kind = kind
        self.format = format
        self.cells = cells
        self.pool = pool
        columns = try await kind.columns(format, in: pool)
        if let segment {
            guard let row = try await pool.first("select id from crm.segment where key = \(segment)") else {
                throw Refusal(
                    "segment", "there is no segment “\(segment)”: contacts segment list shows them",
                    code: "unknown_segment")
            }
            self.segment = try row["id"]
        } else {
            self.segment = nil
        }
    }

    /// The next bytes; nil at the end. A CSV file begins with its heading.
    mutating func next() async throws -> [UInt8]? {
        var text = ""
        if !isBegun, format == .csv { text = cells.line(columns.map(\.name)) }
        let isFirst = !isBegun
        isBegun = true
        let rows = try await pool.query(statement)
        guard !rows.isEmpty else { return isFirst && !text.isEmpty ? Array(text.utf8) : nil }
        for row in rows {
            last = try row["id"]
            switch format {
            case .csv:
                let values: [String?] = try row["cells"]
                text += cells.line(zip(columns, values).map { $0.isMoney ? $1.map(ExportKind.decimal) : $1 })
            case .ndjson:
                let line: JSONText = try row["line"]
                text += line.text + "\n"
            }
        }
        return Array(text.utf8)
    }

    private var statement: SQL {
        let value: SQL =
            switch format {
            case .csv:
                "array[\(fragment: columns.map { "(\(fragment: $0.value))::text" as SQL }.joined(separator: ", "))] as cells"
            case .ndjson:
                """
                json_strip_nulls(json_build_object(\(fragment: columns.map {
                    "\(literal: $0.name), \(fragment: $0.value)" as SQL }.joined(separator: ", ")))) as line
                """
            }
        var within: SQL = ""
        if let segment {
            within =
                "and exists (select from crm.segment_member m where m.segment_id = \(segment) and m.account_id = root.id)"
        }
        return """
            select t.id, \(fragment: value) from \(fragment: kind.table) t
            join crm.account_root r on r.account_id = \(fragment: kind.account)
            join crm.account root on root.id = r.root_id
            where t.id > \(last) and \(fragment: kind.condition) \(fragment: within)
            order by t.id limit \(Self.pageSize)
            """
    }
}
