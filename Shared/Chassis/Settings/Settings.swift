package import Model

/// The one table of settings. Each service's own are in the file named after it; to add one, declare it there and name
/// it in that file's list.
package enum Settings {
    /// What a service reads, as `--help` lists it: its own settings first, then those that every service has.
    package static func table(of service: ServiceName) -> [any SettingDescription] {
        own(service) + every(service)
    }

    private static func own(_ service: ServiceName) -> [any SettingDescription] {
        switch service {
        case .contacts: contacts
        case .usageIngest: usageIngest
        case .riskScorer: riskScorer
        case .scheduler: scheduler
        case .notifier: notifier
        }
    }

    /// Every name that may stand in the environment: of all services, of `migrate`, of compose and of the tests.
    package static let knownNames: Set<String> = {
        var names = Set(outside.map(\.name))
        for service in ServiceName.allCases { names.formUnion(table(of: service).map(\.name)) }
        return names
    }()
}
