package import Foundation

/// `plugin.json`: what an external plugin is and how it is started.
package struct PluginManifest: Equatable, Sendable {
    /// What a service of this release loads. A kind becomes a case when a service loads it: a manifest of any other is
    /// refused, rather than passed over in silence.
    package enum Kind: String, Sendable {
        case signal
    }

    package let kind: Kind
    /// Unique among the plugins of its kind: small letters, digits, `_` and `-`.
    package let name: String
    package let version: String
    /// The executable and its arguments. A first word with a slash is a path, from the plugin's folder on; one without is
    /// looked up in PATH.
    package let command: [String]
    /// The longest wait for one answer.
    package let timeout: Duration
    /// The most address space [MiB]. Runtimes that reserve much ahead (Node, Go, the JVM) need more than they use.
    package let memoryMiB: Int
    /// Environment variables of its own; beside PATH, LANG and TZ it gets nothing else.
    package let settings: [String: String]
    /// The whole manifest, for the fields that only its kind understands.
    package let details: JSON

    static let sizeLimit = 64 << 10
    static let timeoutSeconds = 1.0...600.0
    static let memoryRange: ClosedRange<Int64> = 16...65_536

    /// Reads and checks a manifest. Throws a `PluginManifestFaults` that lists every fault.
    package init(_ text: Data, folder: String) throws {
        guard text.count <= PluginManifest.sizeLimit else {
            throw PluginManifestFaults(["is larger than \(PluginManifest.sizeLimit) bytes: shorten it"])
        }
        guard let details = try? JSONDecoder().decode(JSON.self, from: text), details.object != nil else {
            throw PluginManifestFaults([
                "is no JSON object: write {\"kind\": …, \"name\": …, \"version\": …, \"command\": […]}"
            ])
        }
        var faults: [String] = []
        func checked<Value>(_ field: String, _ remedy: String, default fallback: Value? = nil, _ read: (JSON) -> Value?)
            -> Value?
        {
            guard let found = details[field] else {
                if fallback == nil { faults.append("field \(field) is missing: \(remedy)") }
                return fallback
            }
            let value = read(found)
            if value == nil { faults.append("field \(field) is wrong: \(remedy)") }
            return value
        }
        let kind = checked("kind", "only signal plugins are loaded in this release") { $0.string.flatMap(Kind.init) }
        let name = checked("name", "1 to 63 small letters, digits, _ and -, a letter first", PluginManifest.name)
        let version = checked("version", "1 to 64 characters, such as 1.0.0") { json in
            json.string.flatMap { (1...64).contains($0.utf8.count) ? $0 : nil }
        }
        let command = checked("command", "a list of 1 to 64 words, such as [\"./signal.py\"]", PluginManifest.command)
        let seconds = checked("timeout_s", "a number of seconds from 1 to 600", default: 10) { json in
            json.number.flatMap { PluginManifest.timeoutSeconds.contains($0) ? $0 : nil }
        }
        let memory = checked("memory_mb", "a whole number of MiB from 16 to 65536", default: 512) { json in
            json.integer.flatMap { PluginManifest.memoryRange.contains($0) ? $0 : nil }
        }
        let settings = checked("settings", "an object of NAME: \"text\"", default: [:], PluginManifest.settings)
        if let executable = command?.first, executable.contains("/") {
            let path = PluginManifest.path(executable, in: folder)
            if !FileManager.default.isExecutableFile(atPath: path) {
                faults.append("field command names \(path), which is missing or not executable: chmod +x it")
            }
        }
        guard let kind, let name, let version, let command, let seconds, let memory, let settings, faults.isEmpty else {
            throw PluginManifestFaults(faults)
        }
        self.kind = kind
        self.name = name
        self.version = version
        self.command = command
        self.timeout = .milliseconds(Int(seconds * 1_000))
        self.memoryMiB = Int(memory)
        self.settings = settings
        self.details = details
    }

    static func path(_ executable: String, in folder: String) -> String {
        executable.hasPrefix("/") ? executable : folder + "/" + executable
    }

    private static func name(_ json: JSON) -> String? {
        guard let name = json.string, (1...63).contains(name.utf8.count), let first = name.utf8.first else {
            return nil
        }
        let small: (UInt8) -> Bool = { (97...122).contains($0) }
        let fits = name.utf8.allSatisfy { small($0) || (48...57).contains($0) || $0 == 95 || $0 == 45 }
        return fits && small(first) ? name : nil
    }

    private static func command(_ json: JSON) -> [String]? {
        let words = (json.array ?? []).map(\.string)
        guard (1...64).contains(words.count) else { return nil }
        let plain = words.compactMap { $0 }.filter { !$0.utf8.contains(0) && $0.utf8.count <= 4_096 }
        return plain.count == words.count && plain.first?.isEmpty == false ? plain : nil
    }

    private static func settings(_ json: JSON) -> [String: String]? {
        guard let fields = json.object, fields.count <= 100 else { return nil }
        var settings: [String: String] = [:]
        for (name, value) in fields {
            guard let text = value.string, text.utf8.count <= 8_192, !text.utf8.contains(0), !name.isEmpty,
                name.utf8.allSatisfy({ UInt8.isLetterOrDigit($0) || $0 == 95 })
            else { return nil }
            settings[name] = text
        }
        return settings
    }
}

/// What is wrong with a manifest: the ends of sentences that begin with the file's name.
package struct PluginManifestFaults: Error, Equatable {
    package let words: [String]
    init(_ words: [String]) { self.words = words }
}
