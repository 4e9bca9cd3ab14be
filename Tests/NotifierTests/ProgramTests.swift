import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

/// The real executable.
@Suite struct ProgramTests {
    private func environment(_ bench: Bench) -> [String: String] {
        [
            "HOLDFAST_NOTIFIER_DATABASE_URL": bench.database.url(as: ServiceName.notifier.role),
            "HOLDFAST_NOTIFIER_PORT": "0", "HOLDFAST_NOTIFIER_HEALTH_PORT": "0",
            "HOLDFAST_NOTIFIER_ALLOW_NETWORKS": "127.0.0.1/32",
        ]
    }

    /// Killed after the request has left and before its outcome is written.
    @Test func killedInTheMiddleOfATry() async throws {
        let receiver = try Receiver { _, number in number == 1 ? .hang : .status(200) }
        try await Bench.with(workers: 0) { bench in
            // Proxies of the environment would lead around the guard: they are ignored.
            let proxy = try Receiver.answering(500)
            var environment = environment(bench)
            for name in ["http_proxy", "HTTP_PROXY", "all_proxy"] {
                environment[name] = "http://127.0.0.1:\(proxy.port)"
            }
            let added = try await RunningProgram.run(
                "notifier", ["endpoint", "add", "hook", receiver.url, "--topics", "task.opened"],
                environment: environment)
            #expect(added.exit == .code(0), "\(added.output)")
            let word = try #require(added.output.split(whereSeparator: \.isWhitespace).last)
            let secret = try #require(EndpointSecret(text: String(word)))
            let task = try await bench.task(try await bench.account("acme"))
            try await RunningProgram.with("notifier", ["serve"], environment: environment) { program in
                try await bench.publish(.taskOpened, TasksTouched(tasks: [task]))
                try await eventually(within: 30, "the request has left") { receiver.requests.count == 1 }
                program.signal(SIGKILL)
                _ = await program.exit
            }
            #expect(try await bench.states() == ["pending"])
            try await RunningProgram.with("notifier", ["serve"], environment: environment) { program in
                try await bench.settled(1, within: 60)
                #expect(!program.output.contains(word.dropFirst(6)), "the secret is in no log")
            }
            #expect(try await bench.states() == ["delivered"])
            #expect(receiver.requests.count == 2)
            #expect(proxy.requests.isEmpty)
            #expect(Set(receiver.requests.map { $0.headers["webhook-id"] }).count == 1)
            let request = try #require(receiver.requests.last)
            let id = try #require(request.headers["webhook-id"])
            let second = try #require(Int64(request.headers["webhook-timestamp"] ?? ""))
            #expect(
                request.headers["webhook-signature"]
                    == StandardSignature.sign(id: id, timestamp: second, body: request.body, secrets: [secret]))
            let outcomes = try await bench.log.attempts(of: 1).map(\.outcome)
            #expect(outcomes == ["unknown", "delivered"])
        }
    }

    @Test func commandsSayWhatIsWrong() async throws {
        try await Bench.with(workers: 0) { bench in
            let cases: [(arguments: [String], says: String)] = [
                (["channel", "set", "mail", "--sandbox", "off"], "Mail can't leave the sandbox"),
                (["channel", "set", "fax", "--sandbox", "on"], "there are mail, webhook"),
                (["endpoint", "add", "x", "ftp://x.example"], "neither https:// nor http://"),
                (["endpoint", "add", "x", "https://x.example", "--topics", "nope"], "nope is no topic"),
                (["endpoint", "remove", "nobody"], "There is no endpoint nobody"),
                (["endpoint", "rotate", "nobody"], "There is no endpoint nobody"),
                (["delivery", "replay", "7"], "There is no delivery 7"),
            ]
            for (arguments, says) in cases {
                let (exit, output) = try await RunningProgram.run(
                    "notifier", arguments, environment: environment(bench))
                #expect(exit != .code(0) && output.contains(says), "\(arguments): \(output)")
            }
            let sandbox = try await bench.count("select count(*) from notify.channel where sandbox")
            #expect(sandbox == 2)
        }
    }
}
