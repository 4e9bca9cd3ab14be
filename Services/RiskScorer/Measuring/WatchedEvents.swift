import Chassis

/// Names of events that say something by themselves, as the settings have them.
struct WatchedEvents: Sendable, Equatable {
    /// A customer takes its data away.
    var exports: [String] = []
    /// It looks at how to cancel.
    var cancels: [String] = []
    /// It looks at others.
    var competitors: [String] = []

    var all: [String] { Set(exports + cancels + competitors).sorted() }

    static func configured(_ settings: SettingValues) -> WatchedEvents {
        WatchedEvents(
            exports: settings[Settings.exportEvents], cancels: settings[Settings.cancelEvents],
            competitors: settings[Settings.competitorEvents])
    }
}
