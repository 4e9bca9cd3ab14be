import Foundation

/// A plugin folder that a test fills.
struct PluginFolder {
    let path: String

    init() throws {
        let url = FileManager.default.temporaryDirectory.appendingPathComponent("plugins-" + UUID().uuidString)
        try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        path = url.path
    }

    func add(_ name: String, manifest: String, python: String? = nil) throws {
        let own = path + "/" + name
        try FileManager.default.createDirectory(atPath: own, withIntermediateDirectories: true)
        try Data(manifest.utf8).write(to: URL(fileURLWithPath: own + "/plugin.json"))
        guard let python else { return }
        let script = "#!/usr/bin/env python3\nimport json, sys\n" + python + "\n"
        try Data(script.utf8).write(to: URL(fileURLWithPath: own + "/p.py"))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: own + "/p.py")
    }

    func remove() { try? FileManager.default.removeItem(atPath: path) }
}
