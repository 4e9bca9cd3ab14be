import Model

/// What one company pays for, as it stands today.
struct Subscription: Sendable {
    let company: Company
    /// At least 200 days ago: longer than the usage goes back.
    let startedAt: CalendarDay
    /// The next end of a term, at least a day ahead.
    let renewsAt: CalendarDay

    /// Three in four run by the year, the others by the month of 30 days.
    init(of company: Company, seed: UInt64, period: Period) {
        var random = SplitMix64(seed: seed, stream: Stream.subscriptions, company.number)
        let age = random.whole(200...1_300)
        let term = random.unit() < 0.75 ? 365 : 30
        self.company = company
        startedAt = period.today.advanced(by: -age)
        renewsAt = startedAt.advanced(by: (age / term + 1) * term)
    }

    /// A month's revenue in cents of a euro.
    var monthlyCents: Int { company.seats * company.plan.centsPerSeat }

    static let heading: [String] = [
        "account_key", "subscription_key", "plan", "status", "mrr_minor", "currency", "started_at", "renews_at",
        "seats",
    ]

    /// One line under `heading`.
    var cells: [String] {
        [
            company.key, "sub-" + Company.padded(company.number), company.plan.rawValue, "active", String(monthlyCents),
            "EUR", "\(startedAt)T00:00:00Z", "\(renewsAt)T00:00:00Z", String(company.seats),
        ]
    }
}
