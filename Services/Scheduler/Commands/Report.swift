import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// What the playbook commands say.
enum Report {
    /// Tells every fault on lines of its own; then the command ends as one that got bad input.
    static func stop(at faults: [PlaybookFault]) throws {
        guard !faults.isEmpty else { return }
        for fault in faults { error(fault.description) }
        throw ExitCode(ProgramFailure.Status.badInput.rawValue)
    }

    static func show(_ loaded: PlaybookStore.Loaded) {
        switch loaded.outcome {
        case .created: print("\(loaded.key): loaded, version \(loaded.version)")
        case .unchanged: print("\(loaded.key): unchanged, version \(loaded.version)")
        case .changed(let words):
            print("\(loaded.key): changed, now version \(loaded.version)")
            for word in words { print("  \(word)") }
        }
        if !loaded.segments.isEmpty { print("  segments to define: \(loaded.segments.joined(separator: ", "))") }
    }

    static func switchPlaybook(_ key: String, on: Bool) async throws {
        try await Runtime.oneShot(.scheduler) { runtime in
            try await runtime.pool.transaction { connection in
                guard try await PlaybookStore.enable(key, on, in: connection) else {
                    let keys = try await PlaybookStore.keys(in: connection)
                    let hint = nearest(to: key, among: keys).map { "; nearest is \($0)" } ?? ""
                    throw ProgramFailure(.badInput, "There is no playbook \(key)\(hint).")
                }
            }
            print("\(key): \(on ? "enabled" : "disabled")")
        }
    }

    /// Runs a command without a database; a failure is told in sentences.
    static func explained<Value>(_ body: () throws -> Value) throws -> Value {
        do {
            return try body()
        } catch let failure as ProgramFailure {
            for sentence in failure.sentences { error("scheduler: \(sentence)") }
            throw ExitCode(failure.status.rawValue)
        }
    }

    static func error(_ line: String) { FileHandle.standardError.write(Data((line + "\n").utf8)) }
}
