/// The five services. The raw value is the executable's name and the name of the queue that the service works on.
package enum ServiceName: String, CaseIterable, Codable, Sendable {
    case contacts
    case usageIngest = "usage-ingest"
    case riskScorer = "risk-scorer"
    case scheduler
    case notifier

    /// The queue whose jobs this service alone may claim.
    package var queue: String { rawValue }

    /// The database role that the service connects as.
    package var role: String { "holdfast_" + rawValue.replacing("-", with: "_") }

    /// What stands between `HOLDFAST_` and the setting's name, as in `HOLDFAST_USAGE_INGEST_DATABASE_URL`.
    package var settingPrefix: String { rawValue.replacing("-", with: "_").uppercased() }

    /// The port of the HTTP API unless set otherwise; risk-scorer has none.
    package var apiPort: Int? {
        switch self {
        case .contacts: 8080
        case .usageIngest: 8081
        case .riskScorer: nil
        case .scheduler: 8083
        case .notifier: 8084
        }
    }

    /// The port of `/healthz`, `/readyz` and `/metrics` unless set otherwise.
    package var healthPort: Int {
        switch self {
        case .contacts: 9080
        case .usageIngest: 9081
        case .riskScorer: 9082
        case .scheduler: 9083
        case .notifier: 9084
        }
    }
}
