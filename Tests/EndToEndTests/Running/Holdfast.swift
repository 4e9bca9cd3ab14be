import Foundation
import Model
import Postgres
import Synchronization
import TestBed

/// The five real programs on one database, each as its own role, on free ports.
final class Holdfast: Sendable {
    private let url: @Sendable (String) -> String
    private let extra: [String: String]
    private let ports: [ServiceName: (api: Int, health: Int)]
    private let programs = Mutex<[ServiceName: RunningProgram]>([:])

    /// - Parameter url: the database's URL for a role.
    init(url: @escaping @Sendable (String) -> String, settings: [String: String] = [:]) throws {
        self.url = url
        extra = settings
        var free = try FreePorts.take(ServiceName.allCases.count * 2)
        var ports: [ServiceName: (Int, Int)] = [:]
        for service in ServiceName.allCases { ports[service] = (free.removeLast(), free.removeLast()) }
        self.ports = ports
    }

    convenience init(_ database: TestDatabase) throws {
        try self.init(url: { database.url(as: $0) })
    }

    /// Starts all five in the given order, waits until they are ready, and stops them afterwards whatever happens.
    static func with(
        _ database: TestDatabase, settings: [String: String] = [:], order: [ServiceName] = ServiceName.allCases,
        _ body: (Holdfast) async throws -> Void
    ) async throws {
        try await with(url: { database.url(as: $0) }, settings: settings, order: order, body)
    }

    static func with(
        url: @escaping @Sendable (String) -> String, settings: [String: String] = [:],
        order: [ServiceName] = ServiceName.allCases, _ body: (Holdfast) async throws -> Void
    ) async throws {
        let holdfast = try Holdfast(url: url, settings: settings)
        do {
            for service in order { try holdfast.start(service) }
            for service in order { try await holdfast.ready(service) }
            try await body(holdfast)
        } catch {
            let words = holdfast.lastWords
            await holdfast.stop()
            throw TestBedError("\(error)\n\(words)")
        }
        await holdfast.stop()
    }

    func api(_ service: ServiceName) -> String { "http://127.0.0.1:\(ports[service]?.api ?? 0)" }
    func health(_ service: ServiceName) -> String { "http://127.0.0.1:\(ports[service]?.health ?? 0)" }

    /// What a program of this service finds in its environment.
    func environment(_ service: ServiceName) -> [String: String] {
        let prefix = "HOLDFAST_\(service.settingPrefix)"
        var values = [
            "\(prefix)_DATABASE_URL": url(service.role),
            "\(prefix)_HEALTH_PORT": String(ports[service]?.health ?? 0),
        ]
        if service.apiPort != nil { values["\(prefix)_PORT"] = String(ports[service]?.api ?? 0) }
        return values.merging(extra) { _, given in given }
    }

    func start(_ service: ServiceName) throws {
        let program = try RunningProgram(service.rawValue, ["serve"], environment: environment(service))
        programs.withLock { $0[service] = program }
    }

    func ready(_ service: ServiceName) async throws {
        guard let program = programs.withLock({ $0[service] }) else { return }
        try await program.answers(health(service) + "/readyz", within: 60)
    }

    /// As a crash would: no time for last words.
    func kill(_ service: ServiceName) async {
        let program = programs.withLock { $0.removeValue(forKey: service) }
        program?.signal(SIGKILL)
        _ = await program?.exit
    }

    func stop() async {
        let running = programs.withLock { programs in
            defer { programs = [:] }
            return Array(programs.values)
        }
        await withTaskGroup(of: Void.self) { group in
            for program in running { group.addTask { _ = await program.stop() } }
        }
    }

    /// Runs a command of one of the programs to its end and answers what it said; a failure throws.
    @discardableResult
    func run(_ service: ServiceName, _ arguments: String...) async throws -> String {
        let (exit, output) = try await RunningProgram.run(
            service.rawValue, arguments, environment: environment(service))
        guard exit == .code(0) else {
            throw TestBedError("\(service.rawValue) \(arguments.joined(separator: " ")): \(exit)\n\(output)")
        }
        return output
    }

    private var lastWords: String {
        programs.withLock { programs in
            programs.map { "--- \($0.key.rawValue) said:\n\($0.value.output.suffix(3_000))" }.joined(separator: "\n")
        }
    }
}
