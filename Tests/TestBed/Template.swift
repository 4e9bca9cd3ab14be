import Logging
import Postgres

/// The migrated database that tests clone.
enum Template {
    /// The role that owns database and schemas, as in production: no superuser, may create roles.
    static let owner = "holdfast"

    static func migrated() async throws -> String {
        throw TestBedError("there are no migrations yet")
    }
}
