import Postgres
import Segments

/// What an expression would select now, without saving it.
struct SegmentCheck: Encodable, Sendable {
    struct Account: Encodable, Sendable {
        let key: String
        let name: String
    }

    /// How it reads in the language's own form.
    let expression: String
    let count: Int64
    let sample: [Account]
    let facts: [String]
    let sources: [String]
    /// Whether accounts enter and leave as days pass.
    let changesWithTime: Bool
    /// The statement, with `$1` for its values.
    let sql: String
    let milliseconds: Int64

    enum CodingKeys: String, CodingKey {
        case expression, count, sample, facts, sources, sql, milliseconds
        case changesWithTime = "changes_with_time"
    }

    static let fields: [Field] = [
        .needed("expression", .words, "how it reads in the language's own form"),
        .needed("count", .count(), "accounts that it selects"),
        .needed(
            "sample", .list(.record([.needed("key", .words, ""), .needed("name", .words, "")]), atMost: sampleSize),
            "the first of them"),
        .needed("facts", .list(.words, atMost: .max), "that it reads"),
        .needed("sources", .list(.words, atMost: .max), "whose change it follows"),
        .needed("changes_with_time", .flag, "whether accounts enter and leave as days pass"),
        .needed("sql", .words, "the statement, with $1 for its values"),
        .needed("milliseconds", .count(), "how long it took"),
    ]

    private static let sampleSize = 10
    private static let timeout: Duration = .seconds(25)

    /// Compiles an expression with what is saved now.
    static func compile(_ expression: String, in pool: PostgresPool) async throws -> CompiledSegment {
        let library = try await pool.withConnection { try await SegmentLibrary.load($0) }
        return try Segment.compile(expression, library: library)
    }

    static func run(_ compiled: CompiledSegment, in pool: PostgresPool) async throws -> SegmentCheck {
        let select = try compiled.select()
        let began = ContinuousClock.now
        let rows = try await pool.transaction(.readOnly, timeout: timeout) { connection in
            try await connection.query(
                """
                select a.key, a.name, count(*) over () as count from crm.account a
                where a.id in (\(fragment: select)) order by a.key limit \(Self.sampleSize)
                """)
        }
        let took = began.duration(to: .now)
        let count: Int64 = try rows.first.map { try $0["count"] } ?? 0
        let sample = try rows.map { Account(key: try $0["key"], name: try $0["name"]) }
        let milliseconds = took.components.seconds * 1_000 + took.components.attoseconds / 1_000_000_000_000_000
        return SegmentCheck(
            expression: compiled.text, count: count, sample: sample, facts: compiled.factNames.sorted(),
            sources: compiled.sources.map(\.rawValue).sorted(), changesWithTime: compiled.changesWithTime,
            sql: select.description, milliseconds: milliseconds)
    }
}
