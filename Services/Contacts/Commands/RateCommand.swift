import ArgumentParser
import Chassis
import Foundation
import Jobs
import Model
import Postgres

/// Rates by which amounts in other currencies compare: `contacts rate put | list`.
struct RateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "rate", abstract: "Exchange rates, by which segments compare amounts in other currencies.",
        subcommands: [Put.self, List.self])

    struct Put: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say what one unit of a currency is worth in another, from a day on.",
            discussion: """
                contacts rate put USD EUR 0.92 is enough for mrr > 500 EUR to mean those who pay in USD too. Without a rate \
                they are no data. A rate holds until there is a newer one, at most for 366 days.
                """)

        @Argument(help: "The foreign currency, such as USD.") var currency: String
        @Argument(help: "The one to compare in, such as EUR.") var base: String
        @Argument(help: "What one unit of the first is worth in the second.") var rate: Double
        @Option(help: "The first day of it; today unless said otherwise.") var day: String?

        func run() async throws {
            let (given, rate, day) = (["currency": currency, "base": base], rate, day)
            try await Runtime.oneShot(.contacts) { runtime in
                let (currency, base) = try Given.checked(given) { fields in
                    (try fields.currency("currency"), try fields.currency("base"))
                }
                guard currency != base, rate.isFinite, rate > 0, rate < 1e12 else {
                    throw ProgramFailure(
                        .badInput, "Expected two currencies and a rate above zero, such as USD EUR 0.92.")
                }
                let from =
                    day.map { CalendarDay($0) }
                    ?? CalendarDay(daysSince1970: Int(Date().timeIntervalSince1970 / 86_400))
                guard let from else {
                    throw ProgramFailure(.badInput, "--day \(day ?? ""): expected a day such as 2026-05-31.")
                }
                try await runtime.pool.transaction { connection in
                    try await connection.execute(
                        """
                        insert into crm.exchange_rate (day, currency, base, rate) values (\(from), \(currency), \(base), \(rate))
                        on conflict (day, currency, base) do update set rate = excluded.rate
                        """)
                    try await Audit.record(
                        "command line", "put", "rate \(currency) \(base)",
                        try JSONText(encoding: ["day": from.description, "rate": String(rate)]), in: connection)
                    // Who is in which segment may be another question now.
                    try await Membership.lockAll(in: connection)
                    try await connection.execute(
                        "update crm.segment set evaluated_at = null, changed_at = clock_timestamp()")
                    try await SegmentJobs.enqueueDefined(in: connection)
                }
                Output.line("1 \(currency) is \(rate) \(base) from \(from) on.")
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the rates that hold now.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select distinct on (currency, base) currency, base, rate::text as rate, day::text as day
                    from crm.exchange_rate
                    where day <= current_date and day > current_date - \(Money.rateDays)::int
                    order by currency, base, day desc
                    """)
                let columns = ["currency", "base", "rate", "day"]
                Output.table(columns, try rows.map { row in try columns.map { try row[$0] } })
            }
        }
    }
}
