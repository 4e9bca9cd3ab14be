import Foundation
import Model
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
