package import ArgumentParser
import Foundation
import Logging
package import Model
package import ServiceLifecycle
import Synchronization
import UnixSignals

/// The `serve` command of a service: it says how to build the service, the rest is here.
package protocol ServeCommand: AsyncParsableCommand {
    static var service: ServiceName { get }
    /// The service's parts; list order is dependency order, the last one stops first. Called once the database is there.
    /// The pool runs already and is none of them.
    static func build(_ runtime: Runtime) async throws -> [any Service]
}

extension ServeCommand {
    package static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "serve", abstract: "Work until told to stop (SIGTERM or SIGINT).",
            discussion: Settings.help(Settings.table(of: service)))
    }

    package mutating func run() async throws {
        try await Program.run(Self.service.rawValue) { try await Serving.run(Self.service, build: Self.build) }
    }
}

/// The life of a service from its settings to its last breath.
enum Serving {
    /// From the signal to stop: parts get this long to end by themselves, are then cancelled, and at last cut off.
    static let graceful: Duration = .seconds(15)
    static let atMost: Int = 20

    static func run(
        _ service: ServiceName, build: @escaping @Sendable (Runtime) async throws -> [any Service]
    ) async throws {
        try ClosedMemory.close()
        let settings = try SettingValues(
            of: service, environment: ProcessInfo.processInfo.environment, needed: [Settings.databaseURL(service)])
        try ServiceLog.bootstrap(service: service.rawValue, settings: settings)
        _ = PrometheusMetrics.process
        let runtime = try Runtime(service, settings: settings)
        let database = "\(runtime.database)"
        runtime.logger.notice("\(service.rawValue) \(Chassis.version) starts.", metadata: ["database": "\(database)"])
        let hardStop = HardStop(service: service.rawValue)
        try await group(runtime, health: runtime.healthServer(), hardStop: hardStop, build: build).run()
        hardStop.disarm()
        runtime.logger.notice("\(service.rawValue) has stopped.")
    }

    /// Health first and last, then the database, then the work.
    static func group(
        _ runtime: Runtime, health: HTTPServer, hardStop: HardStop,
        build: @escaping @Sendable (Runtime) async throws -> [any Service]
    ) -> ServiceGroup {
        var configuration = ServiceGroupConfiguration(
            services: [health, runtime.pool, Work(runtime: runtime, hardStop: hardStop, build: build)],
            gracefulShutdownSignals: [.sigterm, .sigint], logger: runtime.groupLogger)
        configuration.maximumGracefulShutdownDuration = graceful
        return ServiceGroup(configuration: configuration)
    }
}

extension Runtime {
    /// The group tells of its own doings in detail: only what is amiss is worth a line.
    var groupLogger: Logger {
        var quiet = logger
        quiet.logLevel = max(logger.logLevel, .warning)
        return quiet
    }
}

/// The service proper: waits for the database, then builds and runs the parts. Health answers meanwhile.
private struct Work: Service {
    let runtime: Runtime
    let hardStop: HardStop
    let build: @Sendable (Runtime) async throws -> [any Service]

    func run() async throws {
        try await withTaskCancellationOrGracefulShutdownHandler {
            let gate = DatabaseGate(
                service: runtime.service, database: runtime.database, logger: runtime.logger, health: runtime.health)
            guard try await cancelledWhenStopping({ try await gate.pass() }) else { return }
            let parts = try await build(runtime)
            runtime.requireDatabase()
            runtime.health.waits(for: nil)
            runtime.logger.notice("\(runtime.service.rawValue) is ready.")
            try await ServiceGroup(services: parts + [UntilStopped()], logger: runtime.groupLogger).run()
        } onCancelOrGracefulShutdown: {
            runtime.health.drain()
            hardStop.arm()
        }
    }

    /// False where the program was told to stop before `body` was done.
    private func cancelledWhenStopping(_ body: @escaping @Sendable () async throws -> Void) async throws -> Bool {
        do {
            try await cancelWhenGracefulShutdown { try await body() }
            return true
        } catch is CancellationError where runtime.health.isDraining {
            return false
        }
    }
}

/// Keeps the group alive where a service has no part that runs for ever.
private struct UntilStopped: Service {
    func run() async throws { try await gracefulShutdown() }
}

/// Ends the process when it has not ended by itself: what hangs must not hold up an upgrade. What it had in hand is
/// found and done again by another process.
final class HardStop: Sendable {
    private let service: String
    private let isArmed = Atomic(false)
    private let isOver = Atomic(false)

    init(service: String) { self.service = service }

    func arm() {
        guard !isArmed.exchange(true, ordering: .relaxed) else { return }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(Serving.atMost)) { [self] in
            guard !isOver.load(ordering: .relaxed) else { return }
            StandardError.write(Array("\(service): it did not stop within \(Serving.atMost) s and was cut off.\n".utf8))
            _exit(ProgramFailure.Status.temporary.rawValue)
        }
    }

    func disarm() { isOver.store(true, ordering: .relaxed) }
}
