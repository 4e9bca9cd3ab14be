import Foundation
package import Logging
import Model

/// Writes log events as JSON lines to standard error and, where one is set, to a file.
package struct ServiceLog: LogHandler {
    package var metadata: Logger.Metadata = [:]
    package var metadataProvider: Logger.MetadataProvider?
    package var logLevel: Logger.Level
    private let label: String
    private let service: String
    private let write: @Sendable ([UInt8]) -> Void

    /// A handler that hands its lines to `write`, as tests want it.
    package init(
        label: String, service: String, level: Logger.Level, write: @escaping @Sendable ([UInt8]) -> Void
    ) {
        self.label = label
        self.service = service
        self.write = write
        logLevel = level
    }

    package subscript(metadataKey key: String) -> Logger.MetadataValue? {
        get { metadata[key] }
        set { metadata[key] = newValue }
    }

    package func log(event: LogEvent) {
        var metadata = self.metadata
        if let provided = metadataProvider?.get() { metadata.merge(provided) { $1 } }
        if let own = event.metadata { metadata.merge(own) { $1 } }
        write(
            LogLine.encode(
                time: Date(), level: event.level, service: service, label: label, message: event.message.description,
                error: event.error, metadata: metadata))
    }

    /// Makes this the log of the whole process. Call once, at start. Throws where the log file can't be opened.
    static func bootstrap(service: String, settings: SettingValues) throws {
        let level = Logger.Level(rawValue: settings[Settings.logLevel]) ?? .info
        let file = try settings[Settings.logFile].map {
            try LogFile(path: $0, maxBytes: settings[Settings.logMaxBytes], keep: settings[Settings.logKeep])
        }
        LoggingSystem.bootstrap { label in
            ServiceLog(label: label, service: service, level: level) { line in
                StandardError.write(line)
                file?.write(line)
            }
        }
    }
}
