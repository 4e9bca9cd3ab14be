import Model

/// Both stories as files. The same seed, day and source give the same bytes.
struct Story: Sendable {
    let seed: UInt64
    let period: Period
    let shop: Shop
    /// In the order of their keys.
    var companies: [Company]
    let usage: Usage

    init(seed: UInt64, today: CalendarDay, shopOrders: String, of file: String) throws(Refusal) {
        self.seed = seed
        period = Period(today: today)
        shop = try Shop(source: shopOrders, of: file, seed: seed, period: period)
        companies = Company.all(seed: seed, period: period)
        usage = Usage(seed: seed, period: period)
    }

    /// Hands over each file with its name; `story.json`, which counts them, comes last.
    func files(_ write: (_ name: String, _ text: String) throws -> Void) throws {
        let people = shop.contacts
        let shopAccounts = people.map { [$0.accountKey, "person", $0.name, "US", Shop.owner] }
        let contacts = companies.flatMap { Contact.all(of: $0, seed: seed) }
        let subscriptions = companies.map { Subscription(of: $0, seed: seed, period: period) }
        try write("shop-accounts.csv", CSV.file(["key", "kind", "name", "country", "owner"], shopAccounts))
        try write("shop-contacts.csv", CSV.file(Contact.heading, people.map(\.cells)))
        try write("shop-orders.csv", CSV.file(Shop.ordersHeading, shop.orderLines))
        try write("saas-accounts.csv", CSV.file(Company.heading, companies.map(\.cells)))
        try write("saas-contacts.csv", CSV.file(Contact.heading, contacts.map(\.cells)))
        try write("saas-subscriptions.csv", CSV.file(Subscription.heading, subscriptions.map(\.cells)))
        try write("truth.csv", CSV.file(PlantedTruth.heading, companies.map { PlantedTruth($0).cells }))
        try write("truth-outage.json", outage.rendered + "\n")
        let sent = try usageFiles(write)
        let counts: [(String, JSON)] = [
            ("seed", .text(String(seed))), ("today", .text(period.today.description)),
            ("moved_days", .whole(shop.movedDays)), ("shop_accounts", .whole(people.count)),
            ("saas_accounts", .whole(companies.count)), ("contacts", .whole(people.count + contacts.count)),
            ("orders", .whole(shop.orders.count)), ("subscriptions", .whole(subscriptions.count)),
            ("bodies", .whole(sent.bodies)), ("messages", .whole(sent.messages)), ("events", .whole(sent.events)),
        ]
        try write("story.json", JSON.object(counts).rendered + "\n")
    }

    private var outage: JSON {
        .object([
            ("first_day", .text(usage.outage.firstDay.description)),
            ("last_day", .text(usage.outage.lastDay.description)), ("remaining", .share(Outage.remaining)),
        ])
    }

    /// All usage by the clock, so that the database fills one day's partition after the other. `events` are track calls.
    private func usageFiles(
        _ write: (_ name: String, _ text: String) throws -> Void
    ) throws -> (bodies: Int, messages: Int, events: Int) {
        var bodies = UsageBodies()
        var counts = (bodies: 0, messages: 0, events: 0)
        func put(_ body: String?) throws {
            guard let body else { return }
            counts.bodies += 1
            try write("usage-\(Company.padded(counts.bodies)).json", body)
        }
        for day in period.days {
            let messages = companies.flatMap { usage.messages(of: $0, on: day) }
            // Moments may coincide; the place in the list decides then, whatever the sort does.
            let ordered = messages.enumerated().sorted {
                ($0.element.millisecond, $0.offset) < ($1.element.millisecond, $1.offset)
            }
            for message in ordered.map(\.element) {
                counts.messages += 1
                if message.isTrack { counts.events += 1 }
                try put(bodies.add(message))
            }
        }
        try put(bodies.finish())
        return counts
    }
}

extension Company {
    static let heading = ["key", "kind", "name", "plan", "industry", "country", "seats", "owner"]

    /// One line under `heading`.
    var cells: [String] {
        [key, "company", name, plan.rawValue, industry, place.country, String(seats), owner]
    }
}
