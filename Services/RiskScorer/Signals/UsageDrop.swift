import Postgres

extension Signal {
    static let usageDrop = Signal(
        "usage_drop", title: "Usage fell",
        about: """
            Events of the last 7 whole days against the account's own usual week of the 56 days before, less the median \
            change of the whole fleet over the same days. It is the share lost, less what chance may explain: half a standard \
            error. Needs 28 days of baseline with at least 5 events a week.
            """,
        isOfAbsence: true, words: UsageDrop.words, ukrainian: UsageDrop.ukrainian, measure: UsageDrop.measure)
}

/// The share of its own usual usage that an account has lost.
enum UsageDrop {
    /// Days looked at, a whole week, since no two days of a week are alike [days].
    static let windowDays = 7
    /// Days before the window that say what is usual [days].
    static let baselineDays = 56
    /// Less history than this says nothing of what is usual [days].
    static let leastBaselineDays = 28
    /// Below this a week is mostly chance [events a week].
    static let leastWeekly = 5.0
    /// How much of a fall is left to chance. On simulated accounts of 26 to 90 events a week, half takes no steady one above
    /// 0.5 in any week, an outage of all included, and leaves 14 of 24 that fade; a whole one leaves 7 [standard errors].
    static let chance = 0.5

    struct Evidence: Decodable {
        let observed: Double
        let baseline: Double
        let drop: Double
        let fleetChange: Double?
        enum CodingKeys: String, CodingKey {
            case observed, baseline, drop
            case fleetChange = "fleet_change"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let fall = "from \(Words.count(evidence.baseline)) to \(Words.count(evidence.observed)) events a week"
        guard let fleet = evidence.fleetChange, abs(fleet) >= 0.1 else {
            return "Usage fell \(Words.percent(evidence.drop)) below its own usual (\(fall))"
        }
        let change = fleet < 0 ? "fell \(Words.percent(-fleet))" : "rose \(Words.percent(fleet))"
        return "Usage fell \(Words.percent(evidence.drop)) below what is usual for it (\(fall); everybody's \(change))"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let fall =
            "з \(Words.comma(Words.count(evidence.baseline))) до \(Words.comma(Words.count(evidence.observed))) подій на тиждень"
        guard let fleet = evidence.fleetChange, abs(fleet) >= 0.1 else {
            return "Користування впало на \(Words.percent(evidence.drop)) проти власного звичного (\(fall))"
        }
        let change = fleet < 0 ? "впало на \(Words.percent(-fleet))" : "зросло на \(Words.percent(fleet))"
        return "Користування впало на \(Words.percent(evidence.drop)) проти очікуваного (\(fall); у всіх \(change))"
    }

    /// Days of baseline of a row with `first_day`.
    private static func days(_ today: SQL) -> SQL {
        "least(\(baselineDays)::int, \(fragment: today) - \(windowDays)::int - first_day)"
    }

    /// Usual events a week of a row of `usage_sum`.
    private static func weekly(_ today: SQL) -> SQL {
        "(coalesce(before, 0) * \(windowDays)::float8 / nullif(greatest(\(fragment: days(today)), 0), 0))"
    }

    /// ln(last week / usual week), half an event added to both, of a row of `usage_sum`.
    static func change(_ today: SQL) -> SQL {
        "ln((coalesce(week, 0) + 0.5) / (\(fragment: weekly(today)) + 0.5))"
    }

    /// Whether there is history enough, of the same row.
    static func isMeasurable(_ today: SQL) -> SQL {
        "(\(fragment: days(today)) >= \(leastBaselineDays)::int and \(fragment: weekly(today)) >= \(leastWeekly))"
    }

    static func measure(_ call: SignalCall) -> SQL {
        let fleet = call.fleet.usageChange
        return """
            select account_id,
                case when status = 'ok' then 1 - exp(least(0, change - \(fleet ?? 0) + error)) end as value, status,
                case when first_day is null then '{}'::jsonb else jsonb_build_object(
                    'window_days', \(windowDays)::int, 'baseline_days', days, 'unit', 'events a week',
                    'observed', recent, 'baseline', round(weekly::numeric, 1), 'last_on', last_day,
                    'drop', round((1 - exp(least(0, change - \(fleet ?? 0))))::numeric, 3),
                    'fleet_change', round((exp(\(fleet)::float8) - 1)::numeric, 3)) end as evidence
            from (
                select account_id, first_day, last_whole_day as last_day, coalesce(week, 0) as recent,
                    greatest(\(fragment: days(call.today)), 0) as days, \(fragment: weekly(call.today)) as weekly,
                    \(fragment: change(call.today)) as change,
                    \(chance) * sqrt(1 / (coalesce(week, 0) + 0.5) + 1 / (coalesce(before, 0) + 0.5)) as error,
                    case when first_day is null then 'no_data'
                        when \(call.fleet.usageIsStale) then 'stale_source'
                        when \(fragment: days(call.today)) < \(leastBaselineDays)::int then 'insufficient_history'
                        when \(fragment: weekly(call.today)) < \(leastWeekly) then 'not_applicable'
                        else 'ok' end as status
                from target left join (select * from usage_sum where first_day < \(fragment: call.today)) counted
                    using (account_id)
            ) measured
            """
    }
}
