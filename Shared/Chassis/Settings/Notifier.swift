// The settings that notifier alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let notifierAllowNetworks = Setting(
        "HOLDFAST_NOTIFIER_ALLOW_NETWORKS", .networks, default: [],
        "Private networks that webhooks may reach all the same; none unless named here.")

    static let notifier: [any SettingDescription] = [notifierAllowNetworks]
}
