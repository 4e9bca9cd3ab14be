package import Postgres

/// The database's shape: what it is, how it gets there, and whether a program fits it.
package enum Schema {
    /// The number of the newest migration that this program knows.
    package static var version: Int { Migration.all.count }

    /// Why a program can't work with the database that it was given, in one sentence with the remedy.
    package struct Mismatch: Error, CustomStringConvertible, Equatable {
        package let description: String
    }

    /// Throws a `Mismatch` unless the database has at least this program's migrations and still admits its version.
    /// A newer database is fine as long as no contracting migration has shut this version out.
    package static func check(_ connection: PostgresConnection) async throws {
        let found = try await connection.first("select to_regclass('holdfast.migration') is not null as migrated")
        guard try found?["migrated"] == true else {
            throw Mismatch(description: "the database is empty: run `contacts migrate` with HOLDFAST_MIGRATE_URL set")
        }
        let row = try await connection.first(
            """
            select coalesce((select max(number) from holdfast.migration), 0) as version,
                (select compatible_from from holdfast.compatibility) as compatible_from
            """)
        let version: Int32 = try row?["version"] ?? 0
        let compatibleFrom: Int32 = try row?["compatible_from"] ?? 1
        if version < Schema.version {
            throw Mismatch(
                description: "the database is at schema version \(version), this program needs \(Schema.version): "
                    + "run `contacts migrate` of this release")
        }
        try checkAdmitted(version: Schema.version, by: compatibleFrom)
    }

    /// Throws a `Mismatch` where a contracting migration has shut a program of this version out.
    static func checkAdmitted(version: Int, by compatibleFrom: Int32) throws {
        guard compatibleFrom > version else { return }
        throw Mismatch(
            description: "the database serves programs from schema version \(compatibleFrom) on, this one has "
                + "\(version): start the newer release")
    }
}
