import Foundation

extension UTCTime: CustomStringConvertible {
    /// ISO 8601 with milliseconds, in UTC.
    var description: String {
        Date(timeIntervalSince1970: Double(microseconds) / 1e6)
            .ISO8601Format(.iso8601(timeZone: .gmt, includingFractionalSeconds: true)) + "Z"
    }
}
