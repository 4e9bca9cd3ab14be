import Foundation
import Logging

/// One log event as one line of JSON.
enum LogLine {
    /// The most bytes of a message and of one value of the metadata; the most values.
    static let messageLimit = 8 << 10
    static let valueLimit = 4 << 10
    static let valuesLimit = 64

    /// Keys that the line itself uses; metadata of that name gets an underscore behind it.
    private static let ownKeys: Set<String> = ["time", "level", "service", "logger", "message", "error"]

    static func encode(
        time: Date, level: Logger.Level, service: String, label: String, message: String, error: (any Error)?,
        metadata: Logger.Metadata
    ) -> [UInt8] {
        var line = JSONWriter()
        line.raw("{\"time\":")
        line.string(stamp(time), limit: 64)
        line.raw(",\"level\":")
        line.string(level.rawValue, limit: 16)
        line.raw(",\"service\":")
        line.string(service, limit: 64)
        line.raw(",\"logger\":")
        line.string(label, limit: 128)
        line.raw(",\"message\":")
        line.string(Redaction.clean(message), limit: messageLimit)
        if let error {
            line.raw(",\"error\":")
            line.string(Redaction.clean("\(error)"), limit: valueLimit)
        }
        for (key, value) in metadata.sorted(by: { $0.key < $1.key }).prefix(valuesLimit) {
            line.raw(",")
            line.string(name(of: key, besideError: error != nil), limit: 128)
            line.raw(":")
            append(value, key: key, to: &line)
        }
        line.raw("}\n")
        return line.bytes
    }

    /// Hummingbird keeps the request's id under a name of its own.
    private static func name(of key: String, besideError: Bool) -> String {
        if key == "hb.request.id" { return "request_id" }
        if key == "error", !besideError { return key }
        return ownKeys.contains(key) ? key + "_" : key
    }

    /// Nested values are written as their description: a log line stays flat.
    private static func append(_ value: Logger.MetadataValue, key: String, to line: inout JSONWriter) {
        guard !Redaction.isSecret(name: key) else { return line.string(Redaction.mark, limit: 8) }
        line.string(Redaction.clean(value.description), limit: valueLimit)
    }

    /// UTC with milliseconds: `2026-03-01T12:00:00.123Z`.
    static func stamp(_ date: Date) -> String {
        let milliseconds = Int64((date.timeIntervalSince1970 * 1_000).rounded(.down))
        var seconds = time_t(milliseconds / 1_000)
        var parts = tm()
        gmtime_r(&seconds, &parts)
        func padded(_ number: Int32, _ width: Int) -> String {
            let digits = String(number)
            return String(repeating: "0", count: max(0, width - digits.count)) + digits
        }
        let day = [padded(parts.tm_year + 1_900, 4), padded(parts.tm_mon + 1, 2), padded(parts.tm_mday, 2)]
        let time = [padded(parts.tm_hour, 2), padded(parts.tm_min, 2), padded(parts.tm_sec, 2)]
        let rest = padded(Int32(milliseconds % 1_000), 3)
        return day.joined(separator: "-") + "T" + time.joined(separator: ":") + "." + rest + "Z"
    }
}
