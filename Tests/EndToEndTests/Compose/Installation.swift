import Foundation
import Model
import TestBed

/// What compose's commands make of a clone: a state of its own, on ports of its own, with the programs of this build.
struct Installation {
    let state: URL
    let ports: [String: String]
    private let folder: URL

    /// Runs the body, and erases what is left afterwards. `closed`: other users can't reach the state, as under /root.
    static func with(closed: Bool = false, _ body: (Installation) async throws -> Void) async throws {
        let installation = try Installation(closed: closed)
        do {
            try await body(installation)
            try await installation.erase()
        } catch {
            try await installation.erase()
            throw error
        }
    }

    /// In memory, where a cluster is made in a second.
    private init(closed: Bool) throws {
        let memory = FileManager.default.fileExists(atPath: "/dev/shm") ? "/dev/shm" : NSTemporaryDirectory()
        folder = URL(filePath: memory).appending(path: "holdfast-compose-\(UUID().uuidString.prefix(8))")
        state = folder.appending(path: "state")
        try FileManager.default.createDirectory(
            at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: closed ? 0o700 : 0o755])
        var ports: [String: String] = [:]
        var next = Int.random(in: 1_500...2_900) * 10
        for service in ServiceName.allCases {
            ports["HOLDFAST_\(service.settingPrefix)_HEALTH_PORT"] = String(next)
            if service.apiPort != nil { ports["HOLDFAST_\(service.settingPrefix)_PORT"] = String(next + 1) }
            next += 2
        }
        self.ports = ports
    }

    /// Runs one of compose's commands to its end.
    func compose(_ command: String, _ arguments: String..., settings: [String: String] = [:]) async throws -> Command {
        try await Command.run(
            [Clone.compose.appending(path: command).path] + arguments, environment: environment(settings))
    }

    /// Runs words of bash among the functions that compose's commands are made of.
    func script(_ words: String) async throws -> Command {
        let load = Clone.compose.appending(path: "lib/load.sh").path
        return try await Command.run(
            ["bash", "-c", #"source "$0" && eval "$1""#, load, words], environment: environment([:]))
    }

    private func environment(_ settings: [String: String]) -> [String: String] {
        ports.merging(settings) { $1 }.merging([
            "HOLDFAST_STATE": state.path, "HOLDFAST_BIN": Clone.root.appending(path: ".build/debug").path,
        ]) { $1 }
    }

    /// What SQL answers, a line for each row, as the role whose URL `variable` holds in the written environment.
    func sql(_ statement: String, as variable: String = "HOLDFAST_MIGRATE_URL") async throws -> String {
        let script = #". "$0" && exec psql --no-psqlrc -qAt -v ON_ERROR_STOP=1 "${!1}" -c "$2""#
        let command = try await Command.run(
            ["bash", "-c", script, state.appending(path: "env").path, variable, statement], environment: [:])
        guard command.status == 0 else { throw TestBedError(command.output) }
        return command.output.trimmingCharacters(in: .newlines)
    }

    func has(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: state.appending(path: path).path)
    }

    func pid(of service: ServiceName) throws -> pid_t? {
        let text = try String(contentsOf: state.appending(path: "run/\(service.rawValue).pid"), encoding: .utf8)
        return pid_t(text.trimmingCharacters(in: .whitespacesAndNewlines))
    }

    private func erase() async throws {
        _ = try await compose("down", "--erase")
        try FileManager.default.removeItem(at: folder)
    }
}
