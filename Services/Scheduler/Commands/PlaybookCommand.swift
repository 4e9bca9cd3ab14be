import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `scheduler playbook …`: loading, checking, listing and switching.
struct PlaybookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "playbook", abstract: "Load, check, list and switch playbooks.",
        subcommands: [
            LoadPlaybooks.self, CheckPlaybooks.self, ListPlaybooks.self, EnablePlaybook.self, DisablePlaybook.self,
        ])
}

struct LoadPlaybooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "load", abstract: "Store playbooks: all of them, or none if one has a fault.",
        discussion: """
            An unchanged playbook stays as it is; a changed one becomes a new version, and runs end on the version that \
            they began with.
            """)

    @Argument(help: "Files, or folders whose .yaml files are taken.")
    var paths: [String]

    func run() async throws {
        let paths = paths
        try await Runtime.oneShot(.scheduler) { runtime in
            let (read, faults) = try PlaybookFiles.read(paths)
            try Report.stop(at: faults)
            let loaded = try await runtime.pool.transaction { connection in
                let unknown = try await PlaybookReferences.unknownSegments(read, in: connection)
                try Report.stop(at: unknown)
                var loaded: [PlaybookStore.Loaded] = []
                for item in read {
                    loaded.append(try await PlaybookStore.load(item.playbook, source: item.source, in: connection))
                }
                return loaded
            }
            for item in loaded { Report.show(item) }
        }
    }
}

struct CheckPlaybooks: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check", abstract: "Say what is wrong with playbooks, without a database.")

    @Argument(help: "Files, or folders whose .yaml files are taken.")
    var paths: [String]

    func run() throws {
        let (read, faults) = try Report.explained { try PlaybookFiles.read(paths) }
        try Report.stop(at: faults)
        for item in read {
            print("\(item.file): \(item.playbook.key), \(item.playbook.steps.count) steps, is in order")
        }
    }
}

struct ListPlaybooks: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list", abstract: "Show the playbooks with the numbers of their runs.")

    func run() async throws {
        try await Runtime.oneShot(.scheduler) { runtime in
            let entries = try await runtime.pool.withConnection { try await PlaybookStore.list(in: $0) }
            guard !entries.isEmpty else {
                print("There are no playbooks yet: scheduler playbook load PATH brings some.")
                return
            }
            let width = max(8, entries.map(\.key.count).max() ?? 0)
            func padded(_ text: String) -> String { text.padding(toLength: width, withPad: " ", startingAt: 0) }
            print("\(padded("playbook"))  state     version  active   ended  holdout  title")
            for entry in entries {
                let numbers = [Int64(entry.version), entry.active, entry.ended, entry.holdout]
                let columns = zip(numbers, [7, 6, 6, 7]).map { number, width in
                    String(repeating: " ", count: max(0, width - String(number).count)) + String(number)
                }
                let state = entry.enabled ? "enabled " : "disabled"
                print("\(padded(entry.key))  \(state)  \(columns.joined(separator: "  "))  \(entry.title)")
            }
        }
    }
}

struct EnablePlaybook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "enable", abstract: "Let a playbook enrol accounts.")
    @Argument(help: "The playbook's key.") var key: String
    func run() async throws { try await Report.switchPlaybook(key, on: true) }
}

struct DisablePlaybook: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "disable", abstract: "Let a playbook enrol nobody; what runs goes on.")
    @Argument(help: "The playbook's key.") var key: String
    func run() async throws { try await Report.switchPlaybook(key, on: false) }
}
