// Over 200 lines: each hostile plugin is a few lines of Python beside what is expected of it.
@testable import Chassis
import Foundation
import Logging
import ServiceLifecycle
import TestBed
import Testing

/// A plugin written in Python in a folder of its own, running for as long as the body does.
private func withPlugin<Result: Sendable>(
    _ python: String, manifest extra: String = "", _ body: @escaping @Sendable (ExternalPlugin) async throws -> Result
) async throws -> Result {
    let folder = try PluginFolder()
    defer { folder.remove() }
    try folder.add(
        "p", manifest: "{\"kind\": \"signal\", \"name\": \"p\", \"version\": \"1\", \"command\": [\"./p.py\"]\(extra)}",
        python: python)
    let plugins = try ExternalPlugins.load(
        folder: folder.path, kind: .signal, logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
    let plugin = try #require(plugins.all.first)
    let group = ServiceGroup(services: [plugins], logger: plugin.logger)
    return try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            let result = try await body(plugin)
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            return result
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
    }
}

private let echo = """
    for line in sys.stdin:
        request = json.loads(line)
        print(json.dumps({"id": request["id"], "value": request["n"] * 2}), flush=True)
    """

private func numbers(_ range: ClosedRange<Int64>) -> [JSON] { range.map { ["n": .integer($0)] } }

@Suite struct PluginTests {
    @Test func aPluginInPythonAnswersManyLinesInOrderAndKeepsRunning() async throws {
        let python = """
            import os, random
            calls = 0
            lines = []
            for line in sys.stdin:
                request = json.loads(line)
                lines.append(request)
                if request["last"]:
                    calls += 1
                    random.shuffle(lines)
                    for one in lines:
                        print(json.dumps({"id": one["id"], "n": one["n"], "calls": calls}), flush=True)
                    lines = []
            """
        try await withPlugin(python) { plugin in
            for call in Int64(1)...3 {
                let requests = (Int64(1)...1_000).map { ["n": .integer($0), "last": .bool($0 == 1_000)] as JSON }
                let answers = try await plugin.call(requests)
                #expect(answers == (Int64(1)...1_000).map { ["n": .integer($0), "calls": .integer(call)] })
            }
        }
    }

    @Test func callsAtTheSameTimeAreServedOneAfterTheOther() async throws {
        try await withPlugin(echo) { plugin in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for number in Int64(1)...20 {
                    group.addTask {
                        let answers = try await plugin.call(numbers(number...number))
                        #expect(answers == [["value": .integer(number * 2)]])
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test func itGetsItsOwnSettingsAndNothingOfOurs() async throws {
        let python = """
            import os
            request = json.loads(sys.stdin.readline())
            print(json.dumps({"id": request["id"], "environment": sorted(os.environ), "files": sorted(os.listdir("/proc/self/fd")),
                "token": os.environ["MY_TOKEN"], "leads": os.getsid(0) == os.getpgrp(), "folder": os.getcwd()}), flush=True)
            """
        setenv("HOLDFAST_API_KEY", "hf_api_must_not_be_seen", 1)
        try await withPlugin(python, manifest: ", \"settings\": {\"MY_TOKEN\": \"t\"}") { plugin in
            let answer = try #require(try await plugin.call([[:]]).first)
            let names = (answer["environment"]?.array ?? []).compactMap(\.string)
            #expect(
                Set(names).subtracting(["PWD", "OLDPWD", "SHLVL", "_", "LC_CTYPE"]) == [
                    "LANG", "MY_TOKEN", "PATH", "TZ",
                ])
            // Three standard ones, and the one that lists them.
            #expect(answer["files"]?.array?.count == 4 && answer["leads"] == true && answer["token"] == "t")
            #expect(
                answer["folder"]?.string.map { URL(fileURLWithPath: $0).resolvingSymlinksInPath().path }
                    == URL(fileURLWithPath: plugin.folder).resolvingSymlinksInPath().path)
        }
    }

    @Test(arguments: [
        ("hangs", "import time; time.sleep(600)"),
        (
            "answers one line only",
            "l = json.loads(sys.stdin.readline()); print(json.dumps({'id': l['id']}), flush=True); sys.stdin.read()"
        ),
        ("never reads", "import os, signal; signal.pause()"),
    ])
    func silenceEndsAtItsTime(_ name: String, _ python: String) async throws {
        try await withPlugin(python, manifest: ", \"timeout_s\": 1") { plugin in
            let large = String(repeating: "x", count: 200_000)
            let failure = await #expect(throws: PluginFailure.self) {
                _ = try await plugin.call([["n": 1], ["n": .string(large)]])
            }
            #expect(failure == .tookTooLong(plugin: "p", limit: .seconds(1)))
        }
    }

    @Test(arguments: [
        ("garbage", "print('no json', flush=True); sys.stdin.read()"),
        ("no id", "sys.stdin.readline(); print('{}', flush=True); sys.stdin.read()"),
        ("foreign id", "sys.stdin.readline(); print(json.dumps({'id': 99}), flush=True); sys.stdin.read()"),
        (
            "id twice",
            "l = json.loads(sys.stdin.readline()); [print(json.dumps({'id': l['id']}), flush=True) for _ in '12']; sys.stdin.read()"
        ),
        ("huge line", "sys.stdin.readline(); print('x' * 3000000, flush=True); sys.stdin.read()"),
        ("flood without an end", "while True: sys.stdout.write('y' * 65536)"),
        ("flood of lines", "while True: print('{\"id\": 5}')"),
        ("deep", "sys.stdin.readline(); print('[' * 100000, flush=True); sys.stdin.read()"),
    ])
    func whatIsNoAnswerStopsIt(_ name: String, _ python: String) async throws {
        try await withPlugin(python) { plugin in
            let failure = await #expect(throws: PluginFailure.self) { _ = try await plugin.call(numbers(1...2)) }
            if case .garbled(plugin: "p", _)? = failure {
            } else {
                Issue.record("\(name): \(String(describing: failure))")
            }
        }
    }

    @Test(arguments: [
        ("dies", "sys.exit(3)"), ("is killed", "import os; os.kill(os.getpid(), 9)"),
        ("takes too much memory", "sys.stdin.readline(); x = bytearray(2_000_000_000); sys.stdin.read()"),
        ("closes its output", "import os; os.close(1); sys.stdin.read()"),
    ])
    func deathIsNoticedAtOnce(_ name: String, _ python: String) async throws {
        try await withPlugin(python, manifest: ", \"memory_mb\": 256, \"timeout_s\": 600") { plugin in
            let started = ContinuousClock.now
            let failure = await #expect(throws: PluginFailure.self) { _ = try await plugin.call(numbers(1...2)) }
            #expect(failure == .died(plugin: "p"), "\(name)")
            #expect(started.duration(to: .now) < .seconds(300))
        }
    }

    @Test func afterAFailureItRestsAndThenIsStartedAgain() async throws {
        let python = """
            import os
            if not os.path.exists("tried"):
                open("tried", "w").close()
                sys.exit(1)
            """ + "\n" + echo
        try await withPlugin(python) { plugin in
            await #expect(throws: PluginFailure.died(plugin: "p")) { _ = try await plugin.call(numbers(1...1)) }
            try await eventually("the plugin has rested") { (try? await plugin.call(numbers(4...4))) == [["value": 8]] }
        }
    }

    @Test func restsLongerWithEachFailure() {
        let now = ContinuousClock.now
        var rest = PluginRest()
        #expect(rest.left(at: now) == nil)
        rest.failed(at: now)
        #expect(rest.left(at: now) == .milliseconds(500))
        rest.failed(at: now)
        #expect(rest.left(at: now) == .seconds(1))
        #expect(rest.left(at: now + .seconds(1)) == nil)
        for _ in 1...20 { rest.failed(at: now) }
        #expect(rest.left(at: now) == .seconds(60))
    }

    @Test func aPluginThatEndsBetweenCallsIsStartedAnewWithoutAFailure() async throws {
        let python = """
            import os
            request = json.loads(sys.stdin.readline())
            print(json.dumps({"id": request["id"], "pid": os.getpid()}), flush=True)
            """
        try await withPlugin(python) { plugin in
            var seen: Set<Int64> = []
            for _ in 1...3 {
                let pid = try #require(try await plugin.call([[:]]).first?["pid"]?.integer)
                seen.insert(pid)
                try await eventually("it has ended") { !FileManager.default.fileExists(atPath: "/proc/\(pid)") }
            }
            #expect(seen.count == 3)
        }
    }

    @Test func whatItHasStartedDiesWithIt() async throws {
        let python = """
            import subprocess
            child = subprocess.Popen(["sleep", "600"])
            request = json.loads(sys.stdin.readline())
            print(json.dumps({"id": request["id"], "child": child.pid}), flush=True)
            sys.stdin.readline()
            """
        let child = try await withPlugin(python) { plugin in
            try #require(try await plugin.call([[:]]).first?["child"]?.integer)
        }
        try await eventually("the child is gone") {
            let state = try? String(contentsOfFile: "/proc/\(child)/stat", encoding: .utf8)
            return state == nil || state?.contains(") Z ") == true
        }
    }

    @Test func cancelledCallReturnsAtOnceAndThePluginServesTheNext() async throws {
        let python = """
            import time
            for line in sys.stdin:
                request = json.loads(line)
                if request["n"] == 0: time.sleep(600)
                print(json.dumps({"id": request["id"], "value": request["n"]}), flush=True)
            """
        try await withPlugin(python, manifest: ", \"timeout_s\": 600") { plugin in
            let started = ContinuousClock.now
            await #expect(throws: DeadlineExceeded.self) {
                _ = try await within(.milliseconds(300)) { try await plugin.call(numbers(0...0)) }
            }
            let answers = try await plugin.call(numbers(3...3))
            #expect(answers == [["value": 3]])
            #expect(started.duration(to: .now) < .seconds(300))
        }
    }

    @Test func callsAboveTheLimitsAreRefusedBeforeAnythingIsSent() async throws {
        try await withPlugin(echo) { plugin in
            await #expect(throws: PluginFailure.self) { _ = try await plugin.call(numbers(1...1_001)) }
            await #expect(throws: PluginFailure.self) {
                _ = try await plugin.call([["n": .string(String(repeating: "x", count: 1 << 20))]])
            }
            let (none, one) = (try await plugin.call([]), try await plugin.call(numbers(1...1)))
            #expect(none == [] && one == [["value": 2]])
        }
    }
}
