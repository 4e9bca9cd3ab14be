import Foundation
import Model
import Postgres

/// What is usual among all accounts, so that holidays and outages, which everybody has, are nobody's risk.
struct Fleet: Sendable, Equatable {
    /// Below this many accounts a median says little, and none is used.
    static let leastAccounts = 20
    /// Below this many customers the rhythm of orders is assumed, not measured.
    static let leastBuyers = 50
    /// A week without usage of anybody is a broken source: weekends and holidays are shorter [days].
    static let sourcePatience = 7
    /// The last day counts as one with usage where this share of the best day's accounts were active.
    static let leastActiveShare = 0.1

    /// The UTC day as of which it was measured.
    let today: CalendarDay
    /// Median over the accounts of ln(usage of the last week / usual week); nil with too few accounts.
    var usageChange: Double?
    /// Accounts behind `usageChange`.
    let usageAccounts: Int
    /// Median events of active accounts in 28 days; nil with too few accounts.
    let usualUse: Double?
    /// When usage was first and last sent by more than a few; nil where it never was, or with too few accounts.
    let firstUsageDay: CalendarDay?
    let lastUsageDay: CalendarDay?
    /// Of accounts with seats, the share of them in use that three in four exceed; nil with too few accounts.
    var seatsUsed: Double?
    /// From where on signals count.
    var thresholds: [Threshold] = []
    /// Those of the watched events that anybody ever sent as far as we see.
    let watchedSeen: Set<String>
    /// Gamma distribution of the rates at which customers order [shape, days].
    let orders: Rhythm

    /// The usage of everybody has stopped: that says something of the source, nothing of the accounts.
    var usageIsStale: Bool {
        guard usageAccounts >= Fleet.leastAccounts, let lastUsageDay else { return false }
        return today.daysSince1970 - lastUsageDay.daysSince1970 > Fleet.sourcePatience
    }

    /// Whether any of these events is sent to us: without, silence about them says nothing.
    func sends(_ events: [String]) -> Bool { events.contains(where: watchedSeen.contains) }

    /// The same without the correction of usage by the fleet: to see what it does.
    var uncorrected: Fleet {
        var fleet = self
        fleet.usageChange = nil
        return fleet
    }
}

/// How often something happens, and how much that differs between accounts: rates are Gamma(shape, scale) distributed.
struct Rhythm: Sendable, Equatable {
    let shape: Double
    /// In the unit of time.
    let scale: Double

    /// Where nothing was measured: as if one thing in 90 days had been seen.
    static let assumed = Rhythm(shape: 1, scale: 90)

    /// From the moments over accounts: `rate` is all events by all time, `variance` that of the accounts' rates. Bounded, for
    /// a variance of few accounts may be anything, below 0 too.
    init(rate: Double, variance: Double) {
        guard rate > 0, rate.isFinite, variance.isFinite else {
            self = .assumed
            return
        }
        let measured = variance > 0 ? rate * rate / variance : 10
        shape = min(max(measured, 0.2), 10)
        scale = shape / rate
    }

    init(shape: Double, scale: Double) {
        self.shape = shape
        self.scale = scale
    }
}
