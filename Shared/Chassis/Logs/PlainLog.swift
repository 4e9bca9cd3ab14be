import Logging

/// The log of commands that a person runs: warnings and worse, as sentences on standard error.
struct PlainLog: LogHandler {
    var metadata: Logger.Metadata = [:]
    var metadataProvider: Logger.MetadataProvider?
    var logLevel: Logger.Level = .warning
    let label: String

    init(label: String) { self.label = label }

    subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    func log(event: LogEvent) {
        var text = "\(label): \(event.message)"
        for (key, value) in metadata.merging(event.metadata ?? [:], uniquingKeysWith: { $1 }).sorted(by: {
            $0.key < $1.key
        }) {
            text += " \(key)=\(Redaction.isSecret(name: key) ? Redaction.mark : value.description)"
        }
        if let error = event.error { text += " (\(error))" }
        let bytes = Redaction.clean(text).utf8.prefix(LogLine.messageLimit).map { $0 < 32 || $0 == 127 ? 32 : $0 }
        StandardError.write(bytes + [10])
    }
}
