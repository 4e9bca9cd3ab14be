// The settings that contacts alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let contactsRequestsPerSecond = Setting(
        "HOLDFAST_CONTACTS_REQUESTS_PER_SECOND", .number(1...1_000_000, "requests/s"), default: 1_000,
        "How often one key may ask one process of contacts, with bursts of two seconds; more are answered with 429.")

    static let contacts: [any SettingDescription] = [contactsRequestsPerSecond]
}
