extension Settings {
    /// The table as `--help` shows it: name, default and kind on one line, what it does below, no line over 79 columns.
    package static func help(_ table: [any SettingDescription]) -> String {
        let entries = table.map { setting -> String in
            var head = "  " + setting.name
            if let fallback = setting.fallbackText, !setting.isSecret { head += "=" + fallback }
            let doc = lines(of: "(\(setting.kindWords)) \(setting.doc)", width: 73)
            return ([head] + doc.map { "      " + $0 }).joined(separator: "\n")
        }
        let head = """
            SETTINGS, each an environment variable, shown with its default. NAME_FILE
            names a file that holds the value instead.
            """
        return head + "\n\n" + entries.joined(separator: "\n")
    }

    private static func lines(of text: String, width: Int) -> [String] {
        var lines: [String] = []
        for word in text.split(separator: " ") {
            if let last = lines.last, last.count + 1 + word.count <= width {
                lines[lines.count - 1] = last + " " + word
            } else {
                lines.append(String(word))
            }
        }
        return lines
    }
}
