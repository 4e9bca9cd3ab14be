import Foundation
import Postgres

/// A signal that something outside the program measures. It may be slow, wrong or gone: what it throws makes its signal
/// stale, and nothing else.
protocol OutsideSignal: Sendable {
    var name: String { get }
    var title: String { get }
    var about: String { get }
    var isEvent: Bool { get }
    /// What it asks to add to the log odds at value 1, 0 to `RiskModel.largestWeight`; nil leaves it to the model.
    var weight: Double? { get }

    /// Measures the accounts, given with their keys. Accounts without a measurement have no data.
    func measure(_ accounts: [Int64: String], asOf moment: Moment) async throws -> [Int64: Measurement]
}

/// Why a signal from outside gave no measurement.
struct OutsideFault: Error, CustomStringConvertible {
    let description: String
    init(_ description: String) { self.description = description }
}

extension Measurement {
    private struct Fault: Encodable { let fault: String }

    /// Its source is broken, and how.
    init(stale fault: String) {
        self.init(without: .staleSource, evidence: (try? JSONText(encoding: Fault(fault: fault))) ?? JSONText("{}"))
    }
}
