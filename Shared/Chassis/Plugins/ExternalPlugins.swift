import Foundation
package import Logging
import ServiceLifecycle

/// The external plugins of a service: read from the plugin folder at start, run as long as the service does.
package struct ExternalPlugins: Service {
    package let all: [ExternalPlugin]

    /// The most plugins that a folder may hold.
    static let limit = 200

    /// Reads `FOLDER/*/plugin.json` and keeps those of `kind`. No folder, no plugins. Throws a `ProgramFailure` that lists
    /// what is wrong with any manifest, of other kinds too: file, field and remedy.
    package static func load(
        folder: String?, kind: PluginManifest.Kind, logger: Logger
    ) throws -> ExternalPlugins {
        guard let folder else { return ExternalPlugins(all: []) }
        guard let names = try? FileManager.default.contentsOfDirectory(atPath: folder) else {
            throw ProgramFailure(
                .configuration, "\(Settings.pluginFolder.name) \(folder) is no folder that can be read.")
        }
        var plugins: [ExternalPlugin] = []
        var faults: [String] = []
        var seen: [String: String] = [:]
        for name in names.sorted().prefix(limit + 1) where !name.hasPrefix(".") {
            let own = folder + "/" + name
            let file = own + "/plugin.json"
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: own, isDirectory: &isFolder), isFolder.boolValue else {
                continue
            }
            do {
                let manifest = try read(file, folder: own)
                let identity = manifest.kind.rawValue + " " + manifest.name
                if let other = seen.updateValue(file, forKey: identity) {
                    faults.append("\(file): field name is taken by \(other): choose another")
                }
                plugins.append(ExternalPlugin(manifest: manifest, folder: own, logger: logger))
            } catch let error as PluginManifestFaults {
                faults += error.words.map { "\(file): \($0)" }
            }
        }
        if names.count > limit { faults.append("\(folder) holds more than \(limit) plugins: remove some") }
        guard faults.isEmpty else { throw ProgramFailure(.configuration, faults) }
        return ExternalPlugins(all: plugins.filter { $0.manifest.kind == kind })
    }

    private static func read(_ file: String, folder: String) throws -> PluginManifest {
        guard let handle = FileHandle(forReadingAtPath: file) else {
            throw PluginManifestFaults(["is missing or closed to this user: write it, or move the folder away"])
        }
        defer { try? handle.close() }
        guard let text = try? handle.read(upToCount: PluginManifest.sizeLimit + 1) else {
            throw PluginManifestFaults(["can't be read"])
        }
        return try PluginManifest(text, folder: folder)
    }

    /// Starts plugins as they are called, until the service stops; then what runs is killed.
    package func run() async throws {
        await withDiscardingTaskGroup { group in
            for plugin in all { group.addTask { await plugin.run() } }
            group.addTask {
                try? await gracefulShutdown()
                for plugin in all { plugin.inbox.close(plugin.manifest.name) }
            }
        }
    }
}

extension Runtime {
    /// The external plugins of this kind; list them among the service's parts. Throws for a bad manifest.
    package func plugins(_ kind: PluginManifest.Kind) throws -> ExternalPlugins {
        try ExternalPlugins.load(folder: settings[Settings.pluginFolder], kind: kind, logger: logger)
    }
}
