import Foundation
import Logging
import Postgres
import Schema

/// A PostgreSQL of one test's own, durable and on disk, that the test may stop and start as it likes.
package struct PrivateCluster: Sendable {
    package let port: Int
    private let folder: String

    package static let owner = "holdfast"

    package static func with<Result: Sendable>(
        _ body: (PrivateCluster) async throws -> Result
    ) async throws -> Result {
        let port = try FreePorts.take(1)[0]
        let cluster = PrivateCluster(port: port, folder: "/tmp/holdfast-cluster-\(port)")
        try cluster.create()
        do {
            try await cluster.migrate()
            let result = try await body(cluster)
            cluster.erase()
            return result
        } catch {
            cluster.erase()
            throw error
        }
    }

    package func url(as role: String) -> String { "postgresql://\(role)@127.0.0.1:\(port)/holdfast" }

    /// - Parameter mode: fast: sessions are ended, then it stops in order. immediate: as after a loss of power.
    package func restart(_ mode: String) throws {
        try shell("$bin/pg_ctl -D '\(folder)' -m \(mode) -w restart -l '\(folder)/log' -o '-p \(port)' > /dev/null")
    }

    private func create() throws {
        try shell(
            """
            mkdir -m 700 '\(folder)'
            $bin/initdb -D '\(folder)' -E UTF8 --locale=C.UTF-8 -A trust -U postgres > /dev/null
            printf "listen_addresses = '127.0.0.1'\\nunix_socket_directories = ''\\n" >> '\(folder)/postgresql.conf'
            $bin/pg_ctl -D '\(folder)' -w start -l '\(folder)/log' -o '-p \(port)' > /dev/null
            $bin/psql -q 'postgresql://postgres@127.0.0.1:\(port)/postgres' \\
                -c 'create role \(Self.owner) login createrole' -c 'create database holdfast owner \(Self.owner)'
            """)
    }

    private func migrate() async throws {
        try await Schema.migrate(try PostgresConfiguration(url: url(as: Self.owner)), logger: Logger(label: "test"))
    }

    private func erase() {
        try? shell("$bin/pg_ctl -D '\(folder)' -m immediate stop > /dev/null; rm -rf '\(folder)'")
    }

    /// PostgreSQL refuses root, so root runs it as postgres.
    private func shell(_ script: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        let user = getuid() == 0 ? ["runuser", "-u", "postgres", "--"] : []
        // What the server inherits stays open as long as it runs, and Foundation takes that for a process that runs on.
        let closing = "for fd in $(ls /proc/$$/fd); do if [ $fd -gt 2 ]; then eval \"exec $fd>&-\"; fi; done"
        let whole = "set -e; \(closing); cd /tmp; bin=$(ls -d /usr/lib/postgresql/*/bin | sort -V | tail -1)\n\(script)"
        process.arguments = user + ["bash", "-c", whole]
        process.standardInput = FileHandle.nullDevice
        try process.run()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else {
            throw TestBedError("status \(process.terminationStatus) of: \(script)")
        }
    }
}
