import Foundation
import Model

/// The product usage of the story. Each day of each account is a function of the seed alone, in any order.
struct Usage: Sendable {
    let seed: UInt64
    let period: Period
    let outage: Outage

    init(seed: UInt64, period: Period) {
        self.seed = seed
        self.period = period
        outage = Outage(before: period.today)
    }

    /// Usual events expected of an account on a day: its level, the plot, the weekday, the outage, and the account's good
    /// and bad weeks (a few per cent, log-normal).
    func expected(of company: Company, on day: CalendarDay) -> Double {
        let week = day.daysSince1970 / 7
        var random = SplitMix64(seed: seed, stream: Stream.weeks, company.number, week)
        let swing = exp(0.06 * random.normal())
        return company.weeklyEvents * Period.weekdayShare(day) * swing
            * company.plot.level(on: day, period: period) * outage.remaining(on: day)
    }

    /// Usual events of an account on a day, Poisson about what is expected. Exports that were planted come on top.
    func count(of company: Company, on day: CalendarDay) -> Int {
        var random = chance(of: company, on: day)
        return random.poisson(expected(of: company, on: day))
    }

    /// Everything that an account sends on a day, in no order.
    func messages(of company: Company, on day: CalendarDay) -> [Message] {
        var random = chance(of: company, on: day)
        let events = random.poisson(expected(of: company, on: day))
        var messages = day == period.firstDay ? introductions(of: company) : []
        // The first users are the busiest.
        let users = (1...company.users).map { 1 / Double($0) }
        for number in 0..<events {
            let activity = Activity.usual[random.index(by: Activity.weights)]
            let user = random.index(by: users) + 1
            let hour = Activity.firstHour + random.index(by: Activity.hours)
            messages.append(
                Message(
                    call: .track(
                        event: activity.event, properties: [(activity.property, .text(random.pick(activity.values)))]),
                    id: id(company, day, String(number)), userKey: company.userKey(user), accountKey: company.key,
                    day: day, millisecond: millisecond(at: hour, of: company, by: &random)))
        }
        if let export = export(of: company, on: day, by: &random) { messages.append(export) }
        return messages
    }

    private func chance(of company: Company, on day: CalendarDay) -> SplitMix64 {
        SplitMix64(seed: seed, stream: Stream.days, company.number, day.daysSince1970)
    }

    private func export(of company: Company, on day: CalendarDay, by random: inout SplitMix64) -> Message? {
        let isMonday = (day.daysSince1970 + 3) % 7 == 0
        let everything = company.plot.truth == .exported && company.plot.since == day
        guard everything || (company.plot.exportsByHabit && isMonday) else { return nil }
        let rows = random.whole(everything ? 20_000...90_000 : 200...600)
        return Message(
            call: .track(
                event: Activity.export,
                properties: [
                    ("format", .text("csv")), ("scope", .text(everything ? "everything" : "report")),
                    ("rows", .whole(rows)),
                ]),
            id: id(company, day, "export"), userKey: company.userKey(1), accountKey: company.key, day: day,
            millisecond: millisecond(at: random.whole(10...16), of: company, by: &random))
    }

    /// Who the users are and whose, said once before their first event. The plot never shows in it.
    private func introductions(of company: Company) -> [Message] {
        (1...company.users).flatMap { user in
            let group: [(String, JSON)] = [("name", .text(company.name)), ("plan", .text(company.plan.rawValue))]
            let calls: [(String, Message.Call)] = [
                ("group-\(user)", .group(traits: group)),
                ("identify-\(user)", .identify(traits: [("language", .text(company.place.language))])),
            ]
            return calls.map { name, call in
                Message(
                    call: call, id: id(company, period.firstDay, name), userKey: company.userKey(user),
                    accountKey: company.key, day: period.firstDay, millisecond: company.number)
            }
        }
    }

    private func id(_ company: Company, _ day: CalendarDay, _ rest: String) -> String {
        "demo-\(seed)-\(company.key)-\(day)-\(rest)"
    }

    /// A moment of the account's local hour. The hours before midnight of the far west stay on the same day in UTC.
    private func millisecond(at hour: Int, of company: Company, by random: inout SplitMix64) -> Int {
        (hour - company.place.hoursAhead) % 24 * 3_600_000 + random.whole(0...3_599_999)
    }
}
