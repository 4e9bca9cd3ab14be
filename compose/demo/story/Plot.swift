import Foundation
import Model

/// How one account's usage goes over the story, apart from chance, weekdays and the outage.
struct Plot: Sendable {
    let truth: Truth
    /// The first day of what was planted; nil for steady and growing.
    let since: CalendarDay?
    /// What a fading account has come down to today, as a share of its usual usage.
    let floor: Double
    /// Exports a small report every Monday: an export that is usual there and means nothing.
    let exportsByHabit: Bool

    /// Draws the dates of one account's plot.
    init(_ truth: Truth, period: Period, by random: inout SplitMix64) {
        func daysAgo(_ range: ClosedRange<Int>) -> CalendarDay { period.today.advanced(by: -random.whole(range)) }
        self.truth = truth
        switch truth {
        case .steady, .growing: since = nil
        case .fading: since = daysAgo(39...45)
        case .goneSilent: since = daysAgo(21...42)
        // Half of them never began, the others stopped long ago.
        case .paysWithoutUsing: since = random.unit() < 0.5 ? period.firstDay : daysAgo(77...98)
        case .exported: since = daysAgo(1...3)
        }
        floor = truth == .fading ? random.spread(0.2...0.38) : 1
        exportsByHabit = truth == .steady && random.unit() < 0.08
    }

    /// Usage expected on a day of the story, as a share of the account's usual level.
    func level(on day: CalendarDay, period: Period) -> Double {
        let passed = Double(day.daysSince1970 - (since ?? period.firstDay).daysSince1970)
        switch truth {
        case .steady, .exported: return 1
        case .growing: return 0.7 * pow(2.1, passed / Double(7 * Period.weeks))
        case .fading: return passed < 0 ? 1 : pow(floor, passed / Double(period.daysAgo(since ?? period.firstDay)))
        case .goneSilent: return passed < 0 ? 1 : 0
        case .paysWithoutUsing: return passed < 0 ? 0.6 : 0
        }
    }
}
