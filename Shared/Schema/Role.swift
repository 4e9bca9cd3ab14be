import Model

/// A role that Holdfast connects as, or that owns its report views. Roles belong to the whole cluster.
package struct Role: Sendable, Equatable {
    package let name: String
    let canLogIn: Bool
    /// What each of its sessions starts with, as `alter role … set`.
    let defaults: [String: String]

    static let view = Role(name: "holdfast_view", canLogIn: false, defaults: [:])
    package static let report = Role(
        name: "holdfast_report", canLogIn: true,
        defaults: [
            "TimeZone": "UTC", "statement_timeout": "60s", "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "60s", "default_transaction_read_only": "on", "work_mem": "16MB",
        ])
    package static let `operator` = Role(
        name: "holdfast_operator", canLogIn: true,
        defaults: [
            "TimeZone": "UTC", "statement_timeout": "10min", "lock_timeout": "5s",
            "idle_in_transaction_session_timeout": "10min",
        ])

    static func service(_ service: ServiceName) -> Role {
        Role(
            name: service.role, canLogIn: true,
            // A session says so itself, but not behind PgBouncer, which refuses what a session starts with.
            defaults: [
                "TimeZone": "UTC", "statement_timeout": "60s", "lock_timeout": "10s",
                "idle_in_transaction_session_timeout": "60s",
            ])
    }

    package static let all: [Role] = ServiceName.allCases.map(service) + [view, report, `operator`]
}
