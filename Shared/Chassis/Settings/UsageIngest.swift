// The settings that usage-ingest alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let ingestMaxBodyBytes = Setting(
        "HOLDFAST_INGEST_MAX_BODY_BYTES", .bytes(1 << 10...1 << 30), default: 20 << 20,
        "The largest body of a request with events, as sent and again when unpacked.")

    static let usageIngest: [any SettingDescription] = [ingestMaxBodyBytes]
}
