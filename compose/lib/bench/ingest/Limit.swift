import ArgumentParser
import Postgres
import TestBed

struct Limit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Limit (b): the same durable work as usage-ingest's, with no HTTP and no parsing.",
        discussion: """
            Rows are staged by binary COPY, those that are new go into usage.event, their roll-ups into usage.daily_delta \
            and the subjects into usage.mark, which usage-ingest publishes meanwhile.
            """)

    @OptionGroup var place: Place
    @OptionGroup var amount: Amount

    func run() async throws {
        let pool = try place.pool(amount.connections)
        let copy = try Amount.copy(into: "pg_temp.bench_stage")
        let names = Rows.columns.map { "\(identifier: $0)" as SQL }.joined(separator: ", ")
        let outcome = try await amount.run(pool) { connection, bytes in
            try await connection.execute(
                "create temp table if not exists bench_stage (like usage.event including defaults) on commit delete rows"
            )
            try await connection.copyIn(copy, bytes: bytes)
            try await connection.execute(
                """
                with written as (
                    insert into usage.event (\(fragment: names))
                    select \(fragment: names) from pg_temp.bench_stage on conflict do nothing
                    returning subject_id, event, occurred_at, known_at, amount
                ), rolled_up as (
                    insert into usage.daily_delta (subject_id, day, event, known_on, count, amount)
                    select subject_id, (occurred_at at time zone 'UTC')::date, event, (known_at at time zone 'UTC')::date,
                        count(*), sum(amount)
                    from written group by 1, 2, 3, 4
                )
                insert into usage.mark (subjects) select array_agg(distinct subject_id) from written having count(*) > 0
                """)
        }
        await pool.close()
        try outcome.print()
    }
}
