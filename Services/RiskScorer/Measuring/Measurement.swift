import Postgres

/// One signal of one account.
struct Measurement: Sendable, Equatable {
    /// 0 (no evidence of risk) to 1; nil unless `status` is ok.
    let value: Double?
    let status: SignalStatus
    /// Window, observed, baseline, unit, last event: what the words rest on.
    let evidence: JSONText

    /// Nil for a value that is no number from 0 to 1.
    init?(value: Double, evidence: JSONText) {
        guard (0...1).contains(value) else { return nil }
        self.value = value
        status = .ok
        self.evidence = evidence
    }

    init(without status: SignalStatus, evidence: JSONText = JSONText("{}")) {
        value = nil
        self.status = status
        self.evidence = evidence
    }

    /// Reads the columns `value`, `status` and `evidence`.
    init(_ row: Row) throws {
        let text: String = try row["status"]
        evidence = try row["evidence"]
        switch SignalStatus(rawValue: text) {
        case .ok:
            status = .ok
            value = try row["value"] as Double
        case let other:
            status = other ?? .noData
            value = nil
        }
    }
}

/// The measurements of some accounts: by account, then by signal.
typealias Measurements = [Int64: [String: Measurement]]
