import Foundation
import Jobs
import Logging
import Model
import Postgres
import Synchronization
import TestBed
import Testing

/// Behind PgBouncer in transaction mode, of the oldest version that Debian has: no prepared statements, no session state.
@Suite struct PgBouncerTests {
    @Test func `a worker that polls gets every job done, and leaves no lock behind in the pooler's sessions`()
        async throws
    {
        try await JobBench.with { bench in
            try await PgBouncer.with(bench.database.configuration(as: ServiceName.contacts.role)) { pooled in
                let pool = PostgresPool(pooled, size: 4, logger: quiet)
                var handlers = JobHandlers()
                handlers.on("write") { job in
                    _ = try await job.transaction { connection in
                        try await connection.execute(
                            "insert into crm.account (key, name) values (\(String(job.id)), 'A')")
                    }
                }
                let ids = try await pool.transaction { connection in
                    var ids: [Int64] = []
                    for _ in 0..<20 {
                        ids.append(try await Queue.enqueue("write", on: bench.queue, ["n": 1], in: connection))
                    }
                    return ids
                }
                try await bench.working(handlers, pool: pool, listens: false) {
                    for id in ids { try await bench.settled(id, as: "completed") }
                    let id = try await pool.transaction { connection in
                        try await Queue.enqueue("write", on: bench.queue, ["n": 2], in: connection)
                    }
                    try await bench.settled(id, as: "completed")
                    // Beats take some for a moment; one that stays is lost to a session that is somebody else's by now.
                    try await eventually("no lock is held") {
                        let locks = try await bench.database.owner.first(
                            "select count(*) as n from pg_locks where locktype = 'advisory' and classid in (7102, 7103, 7104)"
                                + " and database = (select oid from pg_database where datname = current_database())")
                        return try locks?["n"] == Int64(0)
                    }
                }
                await pool.close()
            }
        }
    }

    private var quiet: Logger { Logger(label: "test") { _ in SwiftLogNoOpLogHandler() } }
}

/// PgBouncer in front of a database, for the time of one test.
private enum PgBouncer {
    static func with(
        _ configuration: PostgresConfiguration, _ body: (PostgresConfiguration) async throws -> Void
    ) async throws {
        let port = try FreePorts.take(1)[0]
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-pgbouncer-\(port)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        try "\"\(configuration.user)\" \"\"\n".write(
            to: folder.appending(path: "users"), atomically: true, encoding: .utf8)
        try """
        [databases]
        * = host=\(configuration.host) port=\(configuration.port)
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = \(port)
        unix_socket_dir =
        auth_type = trust
        auth_file = \(folder.path())/users
        pool_mode = transaction
        default_pool_size = 3
        """.write(to: folder.appending(path: "pgbouncer.ini"), atomically: true, encoding: .utf8)
        // It refuses root, as PostgreSQL does.
        let user = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        let words = user + ["/usr/sbin/pgbouncer", "-q", folder.appending(path: "pgbouncer.ini").path()]
        try await RunningProgram.with("/usr/bin/env", words) { _ in
            var pooled = configuration.with(host: "127.0.0.1", port: String(port))
            pooled.preparedStatements = false
            pooled.sessionDefaults = false
            let logger = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            try await eventually("PgBouncer takes connections") {
                guard let one = try? await PostgresConnection.connect(pooled, logger: logger) else { return false }
                await one.close()
                return true
            }
            try await body(pooled)
        }
    }
}
