extension FactRegistry {
    /// Every fact: one file each in this folder, one line each here.
    package static let all = FactRegistry([
        // Of the account itself
        .key,
        .name,
        .kind,
        .country,
        .language,
        .industry,
        .timeZone,
        .accountSource,
        .stub,
        .created,
        .tenure,
        .onHoliday,
        .owner,
        .tag,
        // Of its subscriptions
        .plan,
        .mrr,
        .subscriptionStatus,
        .subscriptionEndsIn,
        .subscriptionSeats,
        .subscriptionLossReason,
        // Of its orders
        .ordersCount,
        .ordersSum,
        .ordersDaysSinceLast,
        .ordersFirst,
        .ordersLast,
        .ordersSpan,
        // Of its usage
        .usageDaysSinceActive,
        .usageActiveDays,
        .usageCount,
        .usageChange,
        .eventCount,
        .eventDaysSinceLast,
        // Of its risk
        .signalValue,
        .signalStatus,
        .riskProbability,
        .riskBand,
        .riskReason,
    ])
}
