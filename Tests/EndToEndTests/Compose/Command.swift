import Foundation

/// A command run to its end.
struct Command {
    let status: Int32
    /// What it wrote to standard output and standard error, mixed as it came.
    let output: String

    static func succeeds(_ arguments: String...) async throws -> Bool {
        try await run(arguments, environment: [:]).status == 0
    }

    static func run(_ arguments: String...) async throws -> Command {
        try await run(arguments, environment: [:])
    }

    /// The output goes through a file: what a command leaves running in the background would keep a pipe open.
    static func run(_ arguments: [String], environment: [String: String]) async throws -> Command {
        let file = FileManager.default.temporaryDirectory.appending(path: "holdfast-\(UUID())")
        guard FileManager.default.createFile(atPath: file.path, contents: nil) else {
            throw CocoaError(.fileWriteUnknown, userInfo: [NSFilePathErrorKey: file.path])
        }
        defer { try? FileManager.default.removeItem(at: file) }
        let output = try FileHandle(forWritingTo: file)
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        // Foundation starts processes with signals blocked.
        process.arguments = ["--default-signal"] + arguments
        process.environment = ProcessInfo.processInfo.environment
            .filter { !$0.key.hasPrefix("HOLDFAST_") }
            .merging(environment) { $1 }
        process.standardInput = FileHandle.nullDevice
        process.standardOutput = output
        process.standardError = output
        try await withCheckedThrowingContinuation { (ended: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in ended.resume() }
            do {
                try process.run()
            } catch {
                process.terminationHandler = nil
                ended.resume(throwing: error)
            }
        }
        try output.close()
        return Command(
            status: process.terminationStatus, output: try String(contentsOf: file, encoding: .utf8))
    }
}
