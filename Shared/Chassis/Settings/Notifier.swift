package import Foundation

// The settings that notifier alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let notifierAllowNetworks = Setting(
        "HOLDFAST_NOTIFIER_ALLOW_NETWORKS", .networks, default: [],
        "Private networks that webhooks may reach all the same; none unless named here.")

    package static let notifierPublicURL = Setting<URL?>(
        "HOLDFAST_NOTIFIER_PUBLIC_URL", .optional(.httpURL), default: nil,
        "Where recipients reach notifier's unsubscribe links from outside; mail that leaves needs https.")

    static let notifier: [any SettingDescription] = [notifierAllowNetworks, notifierPublicURL]
}
