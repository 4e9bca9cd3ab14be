import Chassis
import Postgres

/// When a customer is lost, and what kind of loss it is.
struct LossRule: Sendable, Equatable {
    /// Without a contract: no order for so long, and none on the day after [days].
    var lostAfterDays = 90
    /// So many days with orders, over so long, are having bought for long.
    var longOrders = 4
    var longDays = 180
    /// A gap of so many of its own usual ones, before it is lost, is being asleep.
    static let asleepGaps = 2.0
    /// Fewer days with orders are no habit to be asleep by.
    static let leastHabit = 3
    /// One contract that follows another within so long is no loss between them [days].
    static let betweenContracts = 1
    /// Contracts that ended within so long before the last are one loss with it [days].
    static let endingDays = 30
    /// A loss that is found out later than this is history, and nobody is told [days].
    static let newsDays = 30

    /// Whether a state of a contract is one in which the customer is kept.
    static func isKept(_ state: String) -> SQL {
        let state = SQL(verbatim: state)
        return "\(fragment: state).mrr_minor > 0 and \(fragment: state).status in ('active', 'past_due', 'paused')"
    }

    static func configured(_ settings: SettingValues) -> LossRule {
        LossRule(
            lostAfterDays: settings[Settings.lostAfterDays], longOrders: settings[Settings.longOrders],
            longDays: settings[Settings.longDays])
    }
}
