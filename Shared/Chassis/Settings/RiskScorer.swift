// The settings that risk-scorer alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let exportEvents = Setting<[String]>(
        "HOLDFAST_RISK_EXPORT_EVENTS", .names, default: ["Data Exported"],
        "The names of the events by which a customer takes its data away, separated by commas.")

    package static let cancelEvents = Setting<[String]>(
        "HOLDFAST_RISK_CANCEL_EVENTS", .names, default: ["Cancel Page Viewed"],
        "The names of the events that say that a customer looks at how to cancel, separated by commas.")

    package static let competitorEvents = Setting<[String]>(
        "HOLDFAST_RISK_COMPETITOR_EVENTS", .names, default: ["Competitor Compared"],
        "The names of the events that say that a customer looks at competitors, separated by commas.")

    package static let lostAfterDays = Setting<Int>(
        "HOLDFAST_RISK_LOST_AFTER_DAYS", .number(7...1_000, "days"), default: 90,
        "A customer without a contract is lost when it has ordered nothing for so long.")

    package static let longOrders = Setting<Int>(
        "HOLDFAST_RISK_LONG_ORDERS", .number(2...1_000, "orders"), default: 4,
        "A lost customer with at least so many days with orders, over HOLDFAST_RISK_LONG_DAYS, had bought for long.")

    package static let longDays = Setting<Int>(
        "HOLDFAST_RISK_LONG_DAYS", .number(1...10_000, "days"), default: 180,
        "How long it must have bought for that, from its first order to its last.")

    package static let alertsAWeek = Setting<Int>(
        "HOLDFAST_RISK_ALERTS_A_WEEK", .number(0...10_000, "alerts"), default: 25,
        "How many accounts that came into the high band each owner is alerted to in seven days, those with most money at risk "
            + "first; 0 is no limit.")

    package static let riskLearning = Setting<Bool>(
        "HOLDFAST_RISK_LEARNING", .flag, default: true,
        "on: what signals weigh is learned from losses as soon as there are some, and anew each Sunday; off: the model in use "
            + "stays (risk-scorer learn --experts puts the experts' back).")

    static let riskScorer: [any SettingDescription] = [
        exportEvents, cancelEvents, competitorEvents, lostAfterDays, longOrders, longDays, alertsAWeek, riskLearning,
    ]
}

extension SettingKind<[String]> {
    /// 1 to 50 names, separated by commas.
    package static var names: Self {
        SettingKind("names separated by commas") { text in
            let names = text.split(separator: ",").map { part in
                String(part.trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed())
            }
            guard (1...50).contains(names.count), names.allSatisfy({ (1...200).contains($0.utf8.count) }) else {
                throw SettingFault("is not 1 to 50 names of at most 200 bytes, separated by commas")
            }
            return names
        } write: {
            $0.joined(separator: ",")
        }
    }
}
