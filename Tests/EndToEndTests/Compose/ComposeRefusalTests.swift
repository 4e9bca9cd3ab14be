import Foundation
import Model
import TestBed
import Testing

/// What compose refuses: one clear sentence each, and nothing left half-started.
@Suite struct ComposeRefusalTests {
    @Test func aPortThatIsInUse() async throws {
        try await Installation.with { installation in
            let port = try #require(installation.ports["HOLDFAST_SCHEDULER_HEALTH_PORT"].flatMap { UInt16($0) })
            let listener = try Listener(port: port)
            let up = try await installation.compose("up", "--detach")
            listener.close()
            #expect(up.status == 1)
            #expect(up.output.contains("Port \(port), for the health of scheduler, is in use"), "\(up.output)")
            #expect(up.output.contains("HOLDFAST_SCHEDULER_HEALTH_PORT"))
            expectNothing(installation)
        }
    }

    @Test(arguments: [
        ("nonsense", "no PostgreSQL URL"),
        ("postgresql://127.0.0.1/holdfast", "names no user"),
        ("postgresql://holdfast@127.0.0.1/holdfast?password=secret-word", "in front of the host"),
        ("postgresql://holdfast:secret-word@127.0.0.1:1/holdfast", "can't be reached"),
    ])
    func aDatabaseThatIsNotThere(url: String, words: String) async throws {
        try await Installation.with { installation in
            let up = try await installation.compose("up", "--detach", "--database", url)
            #expect(up.status == 1)
            #expect(up.output.contains(words), "\(up.output)")
            #expect(!up.output.contains("secret-word"))
            expectNothing(installation)
        }
    }

    @Test func aRoleThatMayNotMakeRoles() async throws {
        try await TestDatabase.with { database in
            try await Installation.with { installation in
                let url = database.url(as: ServiceName.contacts.role)
                let up = try await installation.compose("up", "--detach", "--database", url)
                #expect(up.status == 1)
                #expect(up.output.contains("alter role holdfast_contacts createrole"), "\(up.output)")
                expectNothing(installation)
            }
        }
    }

    @Test func aDatabaseOfAnotherEncoding() async throws {
        let cluster = try #require(ProcessInfo.processInfo.environment["HOLDFAST_TEST_DATABASE_URL"])
        let name = "holdfast_ascii_\(UInt32.random(in: 0...UInt32.max))"
        let made = try await Command.run(
            "psql", cluster, "-qc",
            "create database \(name) encoding 'SQL_ASCII' locale 'C' locale_provider libc template template0")
        try #require(made.status == 0, "\(made.output)")
        try await Installation.with { installation in
            let url = try #require(URLComponents(string: cluster)?.replacing(path: "/\(name)"))
            let up = try await installation.compose("up", "--detach", "--database", url)
            #expect(up.status == 1)
            #expect(up.output.contains("has the encoding SQL_ASCII"), "\(up.output)")
            expectNothing(installation)
        }
        _ = try await Command.run("psql", cluster, "-qc", "drop database \(name)")
    }

    /// No release so old can be had beside ours; a stand-in for psql answers as one would.
    @Test func aPostgreSQLThatIsTooOld() async throws {
        try await Installation.with { installation in
            let path = try standIn(for: "psql", "echo '14|UTF8|t'", installation)
            let up = try await installation.compose(
                "up", "--detach", "--database", "postgresql://holdfast@127.0.0.1/holdfast", settings: ["PATH": path])
            #expect(up.status == 1)
            #expect(up.output.contains("is PostgreSQL 14, and 15 is the oldest supported"), "\(up.output)")
            expectNothing(installation)
        }
    }

    /// A stand-in for df says how little is free.
    @Test func aDiskThatIsFull() async throws {
        try await Installation.with { installation in
            let path = try standIn(for: "df", "echo; echo '/dev/vda 9000 8988 12 99% /'", installation)
            let up = try await installation.compose("up", "--detach", settings: ["PATH": path])
            #expect(up.status == 1)
            #expect(up.output.contains("The disk is full: the database needs 500 MB in "), "\(up.output)")
            #expect(up.output.contains("and 12 MB are free."), "\(up.output)")
            expectNothing(installation)
        }
    }

    /// A PATH on which a program comes first that runs these words of sh.
    private func standIn(for program: String, _ words: String, _ installation: Installation) throws -> String {
        let folder = installation.state.deletingLastPathComponent().appending(path: "stand-in")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        let file = folder.appending(path: program)
        try "#!/bin/sh\n\(words)\n".write(to: file, atomically: true, encoding: .utf8)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: file.path)
        return "\(folder.path):\(ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin")"
    }

    @Test func aSettingThatNothingKnows() async throws {
        try await Installation.with { installation in
            let up = try await installation.compose("up", "--detach", settings: ["HOLDFAST_LOG_LEVLE": "debug"])
            #expect(up.status == 1)
            #expect(up.output.contains("HOLDFAST_LOG_LEVEL"), "\(up.output)")
            expectNothing(installation)
        }
    }

    @Test(arguments: ["status", "psql", "backup"])
    func whatNeedsAnInstallation(command: String) async throws {
        try await Installation.with { installation in
            let answer = try await installation.compose(command)
            #expect(answer.status == 1)
            #expect(answer.output.contains("start it with compose/up"), "\(answer.output)")
        }
    }

    @Test(arguments: ["up", "down", "restore"])
    func anOptionThatItDoesNotKnow(command: String) async throws {
        try await Installation.with { installation in
            let answer = try await installation.compose(command, "--nonsense")
            #expect(answer.status == 1)
            #expect(answer.output.contains("\"--nonsense\" is not known"), "\(answer.output)")
        }
    }

    private func expectNothing(_ installation: Installation) {
        #expect(!installation.has("env"))
        #expect(!installation.has("pg/PG_VERSION"))
        #expect(!installation.has("run/contacts.pid"))
    }
}

extension URLComponents {
    fileprivate func replacing(path: String) -> String? {
        var other = self
        other.path = path
        return other.string
    }
}
