import Foundation
package import Model
package import Postgres
import Synchronization

/// A database that exists for one test.
package struct TestDatabase: Sendable {
    /// At most so many exist at once; the other tests wait.
    private static let turnstile = Turnstile(12)
    private static let poolSize = 4

    package let name: String
    /// As the owner of the schemas.
    package let owner: PostgresPool
    private let ownerConfiguration: PostgresConfiguration
    private let pools = Pools()

    /// Runs the body with a fresh, migrated database, and drops it afterwards.
    package static func with<Result>(
        _ body: nonisolated(nonsending) (TestDatabase) async throws -> Result
    ) async throws -> Result {
        let template = try await Template.migrated()
        return try await with(template: template, owner: Template.owner, body)
    }

    /// Runs the body with a fresh database in which there is nothing; `owner` is the superuser.
    package static func withEmpty<Result>(
        _ body: nonisolated(nonsending) (TestDatabase) async throws -> Result
    ) async throws -> Result {
        try await with(template: "template0", owner: nil, body)
    }

    private static func with<Result>(
        template: String, owner: String?, _ body: nonisolated(nonsending) (TestDatabase) async throws -> Result
    ) async throws -> Result {
        await turnstile.enter()
        defer { turnstile.leave() }
        let name = try await Clones.create(from: template, owner: owner)
        let database: TestDatabase
        do {
            database = try TestDatabase(name: name, owner: owner)
        } catch {
            await Clones.drop(name)
            throw error
        }
        do {
            let result = try await body(database)
            await database.end()
            return result
        } catch {
            await database.end()
            throw error
        }
    }

    private init(name: String, owner role: String?) throws {
        self.name = name
        ownerConfiguration = Self.testing(try Cluster.maintenance().with(user: role, database: name))
        owner = PostgresPool(ownerConfiguration, size: Self.poolSize, logger: Cluster.logger)
        pools.add(owner)
    }

    private static func testing(_ configuration: PostgresConfiguration) -> PostgresConfiguration {
        var configuration = configuration
        // A machine full of tests is slow at times; a test about time-outs sets its own.
        configuration.statementTimeout = .seconds(60)
        configuration.lockTimeout = .seconds(30)
        return configuration
    }

    /// How to sign in as this role ("holdfast_report", "holdfast_contacts" …).
    package func configuration(as role: String) -> PostgresConfiguration {
        ownerConfiguration.with(user: role)
    }

    /// The same as the superuser of the cluster.
    package func superuser() throws -> PostgresConfiguration {
        Self.testing(try Cluster.maintenance().with(database: name))
    }

    /// The URL for a program that signs in as this role.
    package func url(as role: String) -> String {
        configuration(as: role).url
    }

    /// A pool signed in as this role, closed at the end of the test.
    package func pool(as role: String, size: Int = 4) -> PostgresPool {
        let pool = PostgresPool(configuration(as: role), size: size, logger: Cluster.logger)
        pools.add(pool)
        return pool
    }

    /// A pool signed in as this service's role, closed at the end of the test.
    package func pool(as service: ServiceName) async throws -> PostgresPool {
        pool(as: service.role)
    }

    /// A session of one's own, signed in as this service's role. Close it.
    package func connect(as service: ServiceName) async throws -> PostgresConnection {
        try await PostgresConnection.connect(configuration(as: service.role), logger: Cluster.logger)
    }

    private func end() async {
        for pool in pools.all { await pool.close() }
        await Clones.drop(name)
    }
}

/// The pools of one test.
private final class Pools: Sendable {
    private let pools = Mutex<[PostgresPool]>([])
    var all: [PostgresPool] { pools.withLock { $0 } }
    func add(_ pool: PostgresPool) { pools.withLock { $0.append(pool) } }
}
