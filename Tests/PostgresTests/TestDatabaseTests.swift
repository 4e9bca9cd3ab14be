import Model
import Postgres
import TestBed
import Testing

struct TestDatabaseTests {
    @Test func aTestHasAMigratedDatabaseOfItsOwn() async throws {
        try await TestDatabase.with { database in
            let name: String = try #require(try await database.owner.first("select current_database()"))[0]
            #expect(name == database.name)
            #expect(try await database.owner.first("select from crm.account") == nil)
            let isSuperuser: Bool = try #require(
                try await database.owner.first("select rolsuper from pg_roles where rolname = current_user"))[0]
            #expect(!isSuperuser)
        }
    }

    @Test func aServiceSignsInAsItsRole() async throws {
        try await TestDatabase.with { database in
            let pool = try await database.pool(as: .contacts)
            let role: String = try #require(try await pool.first("select current_user"))[0]
            #expect(role == "holdfast_contacts")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("delete from usage.event")
            }
            #expect(error?.sqlState == "42501")
        }
    }

    /// Grants of the database itself hold in the clone as well.
    @Test func theReportRoleMakesNoTemporaryTables() async throws {
        try await TestDatabase.with { database in
            let pool = database.pool(as: "holdfast_report")
            let error = await #expect(throws: PostgresError.self) {
                try await pool.execute("create temporary table note (id integer)")
            }
            #expect(error?.sqlState == "42501" || error?.sqlState == "25006")
        }
    }
}
