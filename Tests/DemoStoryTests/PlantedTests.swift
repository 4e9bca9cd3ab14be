import Model
import Testing

@testable import DemoStory

/// The plot as it shows in the usage, which is all that a score may see.
@Suite struct PlantedTests {
    @Test func `every truth has as many accounts as it says, 300 in all`() throws {
        let story = try Told.story()
        #expect(story.companies.count == 300)
        for truth in Truth.allCases { #expect(story.companies(truth).count == truth.accounts, "\(truth)") }
    }

    @Test func `a demo is neither empty nor too much for two cores`() throws {
        let story = try Told.story()
        let events = story.companies.reduce(0) { $0 + story.events(of: $1, daysAgo: 1...168) }
        #expect((150_000...300_000).contains(events))
    }

    @Test func `steady accounts stay, growing ones grow, fading ones fall below 45 per cent`() throws {
        let story = try Told.story()
        // Four weeks from the twelfth on, before the outage and all that was planted, against the last one.
        func change(_ companies: [Company]) -> Double {
            let before = companies.reduce(0) { $0 + story.events(of: $1, daysAgo: 85...112) }
            return Double(companies.reduce(0) { $0 + story.events(of: $1, daysAgo: 1...7) } * 4) / Double(before)
        }
        #expect((0.95...1.05).contains(change(story.companies(.steady))))
        #expect((0.9...1.1).contains(change(story.companies(.exported))))
        #expect(change(story.companies(.growing)) > 1.2)
        #expect(change(story.companies(.fading)) < 0.45)
        #expect(story.companies(.fading).allSatisfy { $0.plot.floor < 0.45 })
    }

    @Test func `the silent stop three to six weeks ago, for good`() throws {
        let story = try Told.story()
        for company in story.companies(.goneSilent) {
            let since = story.period.daysAgo(try #require(company.plot.since))
            #expect((21...42).contains(since))
            #expect(story.events(of: company, daysAgo: 1...since) == 0)
            #expect(story.events(of: company, daysAgo: since + 1...since + 14) > 0)
        }
    }

    @Test func `those who pay without using never began, or stopped eleven weeks ago or earlier`() throws {
        let story = try Told.story()
        let companies = story.companies(.paysWithoutUsing)
        let never = companies.filter { story.events(of: $0, daysAgo: 1...168) == 0 }
        #expect(companies.allSatisfy { story.events(of: $0, daysAgo: 1...77) == 0 })
        #expect((4...11).contains(never.count))
    }

    @Test func `an export of everything comes once, in the last three days, and only where it was planted`() throws {
        let story = try Told.story()
        func exports(of company: Company) -> [(day: CalendarDay, all: Bool)] {
            story.period.days.flatMap { day in
                story.usage.messages(of: company, on: day).compactMap { message in
                    guard case .track(Activity.export, let properties) = message.call else { return nil }
                    let scope = properties.first { $0.0 == "scope" }?.1.rendered
                    return (day, scope == "\"everything\"")
                }
            }
        }
        for company in story.companies(.exported) {
            let found = exports(of: company)
            #expect(found.count == 1 && found.allSatisfy { $0.all && (1...3).contains(story.period.daysAgo($0.day)) })
        }
        let habits = story.companies.filter(\.plot.exportsByHabit)
        #expect((5...30).contains(habits.count) && habits.allSatisfy { $0.plot.truth == .steady })
        for company in habits.prefix(2) {
            let found = exports(of: company)
            #expect(found.count == 24 && !found.contains { $0.all })
        }
    }

    @Test(arguments: 0..<8) func `the outage is a Tuesday to a Thursday, with history before it`(later: Int) {
        let today = Told.today.advanced(by: later)
        let outage = Outage(before: today)
        // 1970-01-01 was a Thursday.
        #expect(outage.lastDay.daysSince1970 % 7 == 0)
        #expect((58...64).contains(today.daysSince1970 - outage.lastDay.daysSince1970))
        let days = (-4...1).map { outage.remaining(on: outage.lastDay.advanced(by: $0)) }
        #expect(days == [1, 1, 0.15, 0.15, 0.15, 1])
    }

    @Test func `in the outage everybody's usage falls by about 85 per cent`() throws {
        let story = try Told.story()
        let last = story.period.daysAgo(story.usage.outage.lastDay)
        let using = story.companies.filter { $0.plot.truth != .paysWithoutUsing }
        func events(_ days: ClosedRange<Int>) -> Double {
            Double(using.reduce(0) { $0 + story.events(of: $1, daysAgo: days) })
        }
        let left = events(last...last + 2) / events(last + 7...last + 9)
        #expect((0.13...0.17).contains(left))
    }

    @Test func `office weeks show: few events on a Sunday`() throws {
        let story = try Told.story()
        // Two days before Tuesday the 24th is a Sunday.
        let sunday = story.companies.reduce(0) { $0 + story.events(of: $1, daysAgo: 2...2) }
        let monday = story.companies.reduce(0) { $0 + story.events(of: $1, daysAgo: 1...1) }
        #expect(sunday * 5 < monday && sunday > 0)
    }
}
