import Model
import Postgres

/// What rows were before a batch of an import changed them. Only those that it changes are kept: a file of new rows leaves
/// none, and one that says what is known leaves none either.
struct ImportBefore: Sendable {
    private let importID: Int64
    private let rows: ImportedRows
    private let ids: [Int64]
    private let images: [JSONText]

    /// Marks the transaction as the import's, and reads and locks the rows with these keys that are there already.
    static func read(
        _ kind: ImportKind, _ keys: [String], by importID: Int64, in connection: PostgresConnection
    ) async throws -> ImportBefore {
        let rows = ImportedRows.of(kind)
        _ = try await connection.first("select set_config('holdfast.import_id', \(String(importID)), true)")
        let found = try await connection.query(
            """
            select t.id, \(fragment: rows.image) as image from \(fragment: SQL(verbatim: rows.table)) t
            where t.\(identifier: rows.key) = any(\(keys)) order by t.id for no key update of t
            """)
        return ImportBefore(
            importID: importID, rows: rows, ids: try found.map { try $0["id"] },
            images: try found.map { try $0["image"] })
    }

    /// Keeps the images of those that are something else by now.
    func keep(in connection: PostgresConnection) async throws {
        if ids.isEmpty { return }
        try await connection.execute(
            """
            insert into crm.import_before (import_id, row_id, before, after)
            select \(importID), t.id, b.image, \(fragment: Self.digest(rows.image))
            from unnest(\(ids), \(images)) as b (id, image) join \(fragment: SQL(verbatim: rows.table)) t on t.id = b.id
            where (\(fragment: rows.image)) - 'edited' is distinct from b.image - 'edited'
            on conflict (import_id, row_id) do update set after = excluded.after
            """)
    }

    /// By which a row is known to be what the import left.
    static func digest(_ image: SQL) -> SQL {
        "sha256(convert_to(((\(fragment: image)) - 'edited')::text, 'UTF8'))"
    }
}
