import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What is usual among all accounts, and when it has changed.
struct FleetTests {
    private let fleet = Fleet(
        today: CalendarDay(daysSince1970: 20_000), usageChange: 0.02, usageAccounts: 100, usualUse: 80,
        firstUsageDay: CalendarDay(daysSince1970: 19_900), lastUsageDay: CalendarDay(daysSince1970: 19_999),
        watchedSeen: ["Data Exported"], orders: .assumed)

    @Test func smallChangesAreNone() {
        var other = fleet
        other.usageChange = 0.05
        #expect(!other.differs(from: fleet) && !fleet.differs(from: fleet))
    }

    @Test(arguments: [nil, -0.2, 0.3]) func aChangeOfUsageIsOne(_ change: Double?) {
        var other = fleet
        other.usageChange = change
        #expect(other.differs(from: fleet) && fleet.differs(from: other))
    }

    @Test(
        arguments: [
            (.milliseconds(1), .seconds(10)), (.seconds(1), .seconds(50)), (.seconds(60), .seconds(900)),
        ] as [(Duration, Duration)])
    func whatCostsMoreIsKeptLonger(_ cost: Duration, _ age: Duration) {
        #expect(FleetCache.age(cost) == age)
    }

    @Test func anEmptyTenantHasAFleet() async throws {
        try await Tenant.with { tenant in
            let scorer = try await Scorer.make(try await tenant.runtime())

            let fleet = try await scorer.fleets.current()

            #expect(fleet.usageChange == nil && fleet.usualUse == nil && fleet.lastUsageDay == nil)
            #expect(!fleet.usageIsStale && fleet.watchedSeen.isEmpty && fleet.orders == .assumed)
        }
    }

    @Test func whatIsUsualIsTheMedian() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(30, days: 8...100)
            for number in 1...30 { try await tenant.use("fleet-\(number)", 1...7, events: (4 + number % 5) * 2) }
            let scorer = try await Scorer.make(try await tenant.runtime())

            let fleet = try await scorer.fleets.current()

            let change = try #require(fleet.usageChange)
            #expect((1.9...2.1).contains(exp(change)))
            #expect(fleet.usageAccounts == 30)
            let yesterday: CalendarDay? = try await tenant.owner.first("select \(fragment: Tenant.today) - 1 as day")?[
                "day"]
            #expect(fleet.lastUsageDay == yesterday)
        }
    }

    /// Accounts that were scored before the fleet was known are scored again once it is.
    @Test func aNewFleetIsWorthAFullPass() async throws {
        try await Tenant.with { tenant in
            let runtime = try await tenant.runtime()
            let measuring = Measuring(signals: Signal.all, watched: WatchedEvents(exports: ["Data Exported"]))
            let fleets = FleetCache(measuring, pool: runtime.pool, ages: .zero ... .zero)
            let watch = FleetWatch(
                fleets: fleets, pool: runtime.pool, logger: Tenant.quiet, every: .milliseconds(50))
            @Sendable func passes() async throws -> Int64 {
                try await tenant.number("select count(*) from report.job where kind = 'scores.refresh'")
            }
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await watch.run() }
                _ = try await fleets.current()
                #expect(try await passes() == 0)
                try await tenant.fleet()
                try await eventually("a full pass is asked for") { try await passes() == 1 }
                group.cancelAll()
            }
        }
    }
}
