// The settings that usage-ingest alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let ingestMaxBodyBytes = Setting(
        "HOLDFAST_INGEST_MAX_BODY_BYTES", .bytes(1 << 10...1 << 30), default: 20 << 20,
        "The largest body of a request with events, as sent and again when unpacked.")

    package static let ingestMaxBodies = Setting(
        "HOLDFAST_INGEST_MAX_BODIES", .number(1...100_000, "bodies"), default: 256,
        "The most requests with events in hand at once; more are answered with 429.")

    package static let ingestMaxBytesInHand = Setting(
        "HOLDFAST_INGEST_MAX_BYTES_IN_HAND", .bytes(1 << 20...16 << 30), default: 96 << 20,
        "The most bytes of bodies in hand at once; a request beyond is answered with 429.")

    package static let ingestWriters = Setting(
        "HOLDFAST_INGEST_WRITERS", .number(1...64, "writers"), default: 3,
        "How many transactions write events at the same time; each takes a connection of the pool.")

    package static let ingestCORSOrigins = Setting(
        "HOLDFAST_INGEST_CORS_ORIGINS", .origins, default: [],
        "Origins whose pages may send events from browsers, separated by commas; * is every origin, none unless named.")

    static let usageIngest: [any SettingDescription] = [
        ingestMaxBodyBytes, ingestMaxBodies, ingestMaxBytesInHand, ingestWriters, ingestCORSOrigins,
    ]
}

extension SettingKind<[String]> {
    /// Up to 100 web origins, `scheme://host` or `scheme://host:port`, separated by commas; `*` is every origin.
    package static var origins: Self {
        SettingKind("origins such as https://app.example.com") { text in
            let origins = text.split { $0 == "," || $0 == " " }.map { $0.lowercased() }
            guard origins.count <= 100 else { throw SettingFault("names more than 100 origins") }
            for origin in origins where !isOrigin(origin) {
                throw SettingFault("holds '\(origin.prefix(64))', which is no origin such as https://app.example.com")
            }
            return origins
        } write: {
            $0.isEmpty ? nil : $0.joined(separator: ",")
        }
    }

    private static func isOrigin(_ text: String) -> Bool {
        if text == "*" { return true }
        guard let rest = ["https://", "http://"].first(where: text.hasPrefix).map({ text.dropFirst($0.count) }) else {
            return false
        }
        return !rest.isEmpty && rest.utf8.count <= 260
            && rest.utf8.allSatisfy { UInt8.isLetterOrDigit($0) || [45, 46, 58, 91, 93].contains($0) }
    }
}
