import Foundation
import TestBed
import Testing

@testable import Scheduler

/// The real executable.
@Suite struct CommandTests {
    @Test func `check tells every fault, without a database`() async throws {
        let good = try await RunningProgram.run("scheduler", ["playbook", "check", Plan.shipped])
        #expect(good.exit == .code(0))
        #expect(good.output.contains("win-back.yaml: win-back, 3 steps, is in order"))
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let file = folder.appending(path: "bad.yaml")
        try Sample.alert.replacing("due: 1", with: "deu: 1").write(to: file, atomically: true, encoding: .utf8)
        let bad = try await RunningProgram.run("scheduler", ["playbook", "check", folder.path])
        #expect(bad.exit == .code(65))
        #expect(bad.output.contains("bad.yaml:8: steps[1].deu: is no key here"))
        #expect(bad.output.contains("nearest is due"))
        let none = try await RunningProgram.run("scheduler", ["playbook", "check", "/nowhere"])
        #expect(none.exit == .code(65))
        #expect(none.output == "scheduler: /nowhere does not exist: name playbook files, or folders with them.\n")
    }

    @Test func `load, load again, list, and switch off`() async throws {
        try await TestDatabase.with { database in
            let settings = ["HOLDFAST_SCHEDULER_DATABASE_URL": database.url(as: "holdfast_scheduler")]
            func say(_ arguments: String...) async throws -> String {
                let (exit, output) = try await RunningProgram.run(
                    "scheduler", ["playbook"] + arguments, environment: settings)
                return "\(exit == .code(0) ? "" : "\(exit) ")\(output)"
            }
            let first = try await say("load", Plan.shipped)
            #expect(first.contains("data-exported: loaded, version 1\n  segments to define: data-exported\n"))
            let again = try await say("load", Plan.shipped)
            #expect(again.contains("data-exported: unchanged, version 1\n"))
            #expect(again.contains("usage-drop: unchanged, version 1\n"))
            #expect(try await say("disable", "win-back") == "win-back: disabled\n")
            let list = try await say("list")
            #expect(
                list.contains("win-back            disabled        1       0       0        0  Good customers"),
                "\(list)")
            #expect(try await say("enable", "win-bak").contains("There is no playbook win-bak; nearest is win-back."))
        }
    }
}
