import Foundation

/// The settings of one program as read at its start: every one checked, so that reading one later can't fail.
package struct SettingValues: Sendable {
    private let values: [String: any Sendable]

    /// Reads `table` from `environment`. `needed` are those of the table without which this command can't work.
    /// Throws one `ProgramFailure` that lists every fault, one sentence each.
    package init(
        _ table: [any SettingDescription], needed: [any SettingDescription] = [], environment: [String: String],
        files: SettingFiles = .disk
    ) throws {
        var faults = SettingValues.unknownNames(in: environment)
        var values: [String: any Sendable] = [:]
        for setting in table {
            do {
                guard let text = try SettingValues.text(of: setting, in: environment, files: files) else { continue }
                values[setting.name] = try setting.value(of: text)
            } catch let fault as SettingFault {
                faults.append("\(setting.name) \(fault.words)")
            }
        }
        for setting in needed where environment[setting.name] == nil && environment[setting.name + "_FILE"] == nil {
            faults.append("\(setting.name) is not set: \(setting.doc)")
        }
        guard faults.isEmpty else { throw ProgramFailure(.configuration, faults) }
        self.values = values
    }

    /// The setting's value, or its default.
    package subscript<Value: Sendable>(_ setting: Setting<Value>) -> Value {
        values[setting.name] as? Value ?? setting.fallback
    }

    private static func text(
        of setting: any SettingDescription, in environment: [String: String], files: SettingFiles
    ) throws -> String? {
        let direct = environment[setting.name]
        guard let path = environment[setting.name + "_FILE"] else { return direct }
        guard direct == nil else {
            throw SettingFault("is given twice, by itself and by \(setting.name)_FILE: remove one")
        }
        return try files.text(path)
    }

    /// A sentence for each name that begins with HOLDFAST_ and that nothing of ours reads.
    private static func unknownNames(in environment: [String: String]) -> [String] {
        let unknown = environment.keys.filter { name in
            name.hasPrefix("HOLDFAST_") && !Settings.knownNames.contains(name)
                && !(name.hasSuffix("_FILE") && Settings.knownNames.contains(String(name.dropLast(5))))
        }
        return unknown.sorted().map { name in
            let shown = String(name.prefix(80))
            // Compared behind the prefix that all share, which would make any two look alike.
            let tails = Settings.knownNames.map { String($0.dropFirst(9)) }
            guard let nearest = nearest(to: String(shown.dropFirst(9)), among: tails) else {
                return "\(shown) is no setting of Holdfast: remove it, or see --help for those that there are"
            }
            return "\(shown) is no setting of Holdfast: did you mean HOLDFAST_\(nearest)?"
        }
    }
}

/// How the file behind a `NAME_FILE` is read.
package struct SettingFiles: Sendable {
    /// The file's text without its trailing newlines. Throws a `SettingFault`.
    package let text: @Sendable (_ path: String) throws -> String

    /// The largest file read [bytes].
    static let limit = 64 << 10

    package static let disk = SettingFiles { path in
        guard let file = FileHandle(forReadingAtPath: path) else {
            throw SettingFault("can't be read: its file \(path) is missing or closed to this user")
        }
        defer { try? file.close() }
        guard let data = try? file.read(upToCount: limit + 1), data.count <= limit else {
            throw SettingFault("can't be read: its file \(path) is larger than \(limit) bytes, or no file")
        }
        guard var text = String(data: data, encoding: .utf8) else {
            throw SettingFault("can't be read: its file \(path) is not UTF-8")
        }
        while let last = text.last, last.isNewline { text.removeLast() }
        return text
    }
}
