import Foundation
import Synchronization

/// One of the executables of this build (or, with a slash in its name, any), run as a process of its own, with what it
/// says kept in memory.
///
///     try await RunningProgram.with("contacts", ["serve"], environment: settings) { program in
///         try await program.answers("http://127.0.0.1:\(port)/readyz")
///     }
package final class RunningProgram: Sendable {
    /// From the request to stop until it is killed.
    private static let stopLimit = 20.0

    /// How a process ended.
    package enum Exit: Equatable, Sendable {
        case code(Int32)
        case signal(Int32)
    }

    package let name: String
    package let processID: Int32
    private let record: ProgramRecord

    /// Starts the program. The environment is given whole, but for PATH, HOME and LANG, which are ours.
    package init(_ name: String, _ arguments: [String] = [], environment: [String: String] = [:]) throws {
        let process = Process()
        process.executableURL = try Self.executable(name)
        process.arguments = arguments
        let own = ProcessInfo.processInfo.environment.filter { ["PATH", "HOME", "LANG"].contains($0.key) }
        process.environment = own.merging(environment) { _, given in given }
        process.standardInput = FileHandle.nullDevice
        let pipe = Pipe()
        process.standardOutput = pipe
        process.standardError = pipe
        let record = ProgramRecord()
        process.terminationHandler = { process in
            let isSignal = process.terminationReason == .uncaughtSignal
            record.ended(isSignal ? .signal(process.terminationStatus) : .code(process.terminationStatus))
        }
        try process.run()
        Self.listen(to: pipe.fileHandleForReading, record)
        processID = process.processIdentifier
        self.name = name
        self.record = record
    }

    /// By a thread, and not by the handle's readabilityHandler: that one closes the pipe while Dispatch still watches it, now
    /// and then, which crashes the whole test run.
    private static func listen(to handle: FileHandle, _ record: ProgramRecord) {
        let thread = Thread {
            var buffer = [UInt8](repeating: 0, count: 1 << 16)
            while true {
                let count = read(handle.fileDescriptor, &buffer, buffer.count)
                if count < 0, errno == EINTR { continue }
                record.took(Data(buffer.prefix(max(0, count))))
                if count <= 0 { return }
            }
        }
        thread.stackSize = 512 << 10
        thread.start()
    }

    deinit {
        signal(SIGKILL)
    }

    /// Runs the program as long as the body runs, and stops it afterwards whatever happens.
    package static func with<Result>(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:],
        _ body: nonisolated(nonsending) (RunningProgram) async throws -> Result
    ) async throws -> Result {
        let program = try RunningProgram(name, arguments, environment: environment)
        do {
            let result = try await body(program)
            await program.stop()
            return result
        } catch {
            await program.stop()
            throw TestBedError("\(error)\n--- \(name) said:\n\(program.output.suffix(8_000))")
        }
    }

    /// Runs the program to its end and returns how it ended and all that it said.
    package static func run(
        _ name: String, _ arguments: [String] = [], environment: [String: String] = [:]
    ) async throws -> (exit: Exit, output: String) {
        let program = try RunningProgram(name, arguments, environment: environment)
        return (await program.exit, program.output)
    }

    /// What it has said until now, standard output and standard error as they came.
    package var output: String { record.output }

    /// Nil as long as it runs.
    package var exitNow: Exit? { record.exitNow }

    /// Waits for its end.
    package var exit: Exit { get async { await record.exit } }

    /// Sends a signal (SIGTERM, SIGKILL, SIGSTOP, SIGCONT …).
    package func signal(_ number: Int32) {
        if exitNow == nil { kill(processID, number) }
    }

    /// Asks it to stop; kills it if it hasn't after 20 seconds. Returns when it is gone.
    @discardableResult
    package func stop() async -> Exit {
        signal(SIGTERM)
        signal(SIGCONT)
        let deadline = DispatchTime.now() + Self.stopLimit
        DispatchQueue.global().asyncAfter(deadline: deadline) { self.signal(SIGKILL) }
        return await exit
    }

    /// Waits until it has said something that fulfils the condition; fails when it ends before.
    package func says(
        _ what: String, within seconds: Double = 30, where condition: (String) -> Bool
    ) async throws {
        try await eventually(within: seconds, "\(name) says \(what)") {
            if condition(output) { return true }
            if let exit = exitNow { throw TestBedError("\(name) ended (\(exit)) before it said \(what)") }
            return false
        }
    }

    /// Waits until this address answers with status 200; fails when the program ends before.
    package func answers(_ address: String, within seconds: Double = 30) async throws {
        guard let url = URL(string: address) else { throw TestBedError("\(address) is no URL") }
        try await eventually(within: seconds, "\(name) answers at \(address)") {
            if let exit = exitNow { throw TestBedError("\(name) ended (\(exit)) before it answered") }
            return await HTTPProbe.status(url) == 200
        }
    }

    /// The program's path, for who starts it by another.
    package static func path(_ name: String) throws -> String { try executable(name).path }

    /// Beside the test bundle.
    private static func executable(_ name: String) throws -> URL {
        if name.contains("/") { return URL(fileURLWithPath: name) }
        let folder = URL(fileURLWithPath: CommandLine.arguments.first ?? "").deletingLastPathComponent()
        for place in [folder, Bundle.main.bundleURL, Bundle.main.executableURL?.deletingLastPathComponent()] {
            guard let file = place?.appending(path: name) else { continue }
            if FileManager.default.isExecutableFile(atPath: file.path) { return file }
        }
        throw TestBedError("no program \(name) beside the tests: build it (swift build --product \(name))")
    }
}
