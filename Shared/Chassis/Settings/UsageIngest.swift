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

    static let usageIngest: [any SettingDescription] = [
        ingestMaxBodyBytes, ingestMaxBodies, ingestMaxBytesInHand, ingestWriters,
    ]
}
