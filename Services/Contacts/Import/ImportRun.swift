import Chassis
import Model
import Postgres

/// One row of `crm.import`: what a file has become so far. A run that was broken off is found by the file's digest, and
/// goes on behind the last line that was committed.
struct ImportRun: Sendable {
    let id: Int64
    /// The last line of the file that is committed.
    let linesBefore: Int
    let tallyBefore: Tally

    /// The run to go on with, or a new one.
    static func begin(
        _ kind: ImportKind, _ file: ImportFile, source: String, isHistory: Bool, in pool: PostgresPool
    ) async throws -> ImportRun {
        try await pool.transaction { connection in
            let open = try await connection.first(
                """
                select id, lines, made, accepted, unchanged, refused from crm.import
                where kind = \(kind.rawValue) and digest = \(file.digest) and source = \(source)
                    and historical = \(isHistory) and finished_at is null
                order by id desc limit 1
                """)
            if let open {
                let (id, lines, made, accepted, unchanged, refused) = try open.decode(
                    Int64.self, Int64.self, Int64.self, Int64.self, Int64.self, Int64.self)
                let tally = Tally(
                    made: Int(made), changed: Int(accepted - made), unchanged: Int(unchanged), refused: Int(refused))
                return ImportRun(id: id, linesBefore: Int(lines), tallyBefore: tally)
            }
            let row = try await connection.first(
                """
                insert into crm.import (kind, file, digest, source, historical)
                values (\(kind.rawValue), \(file.name), \(file.digest), \(source), \(isHistory)) returning id
                """)
            guard let row else { throw ProgramFailure(.internalError, "The import could not be noted.") }
            return ImportRun(id: try row["id"], linesBefore: 0, tallyBefore: Tally())
        }
    }

    /// Notes a batch, in its transaction. Throws where another process imports the same file at the same time.
    func note(
        from: Int, to lastLine: Int, _ tally: Tally, refusals: [(record: CSVRecord, refusal: Refusal)],
        in connection: PostgresConnection
    ) async throws {
        let noted = try await connection.execute(
            """
            update crm.import set lines = \(Int64(lastLine)), made = made + \(Int64(tally.made)),
                accepted = accepted + \(Int64(tally.made + tally.changed)), unchanged = unchanged + \(Int64(tally.unchanged)), refused = refused + \(Int64(tally.refused))
            where id = \(id) and lines = \(Int64(from)) and finished_at is null
            """)
        guard noted == 1 else {
            throw ProgramFailure(
                .temporary, "Another process imports the same file now: wait for it, then import again.")
        }
        if refusals.isEmpty { return }
        try await connection.execute(
            """
            insert into crm.import_refusal (import_id, line, field, reason, content)
            select \(id), r.* from unnest(\(refusals.map { Int64($0.record.line) }), \(refusals.map(\.refusal.field)),
                \(refusals.map(\.refusal.reason)), \(refusals.map(\.record.content))) as r (line, field, reason, content)
            on conflict (import_id, line) do update set field = excluded.field, reason = excluded.reason
            """)
    }

    func finish(_ kind: ImportKind, in pool: PostgresPool) async throws {
        try await pool.transaction { connection in
            try await connection.execute("update crm.import set finished_at = now() where id = \(id)")
            try await connection.execute(
                """
                insert into crm.audit (actor, verb, object, detail)
                select 'import ' || id, 'import', kind, to_jsonb(i) - '{digest,file,source}'::text[]
                from crm.import i where id = \(id)
                """)
        }
    }
}
