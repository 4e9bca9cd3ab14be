import ArgumentParser
import Postgres
import TestBed

struct Limit: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Limit (b): the same durable work as usage-ingest's, with no HTTP and no parsing.",
        discussion: """
            Rows are staged by binary COPY, those that are new go into usage.event, their roll-ups into usage.daily_delta \
            and the subjects into usage.mark, which usage-ingest publishes meanwhile. All are new, which is checked: so the \
            roll-ups may be counted from the stage, which is quicker than from what `returning` gives. Sorted by the index's \
            order beforehand it was 3 % slower.
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
            let written = try await connection.execute(
                """
                insert into usage.event (\(fragment: names))
                select \(fragment: names) from pg_temp.bench_stage
                on conflict do nothing
                """)
            guard written == amount.batch else { throw ValidationError("rows were there already: give another --seed") }
            try await connection.execute(
                """
                insert into usage.daily_delta (subject_id, day, event, known_on, count, amount)
                select subject_id, (occurred_at at time zone 'UTC')::date, event, (known_at at time zone 'UTC')::date,
                    count(*), sum(amount)
                from pg_temp.bench_stage group by 1, 2, 3, 4
                """)
            try await connection.execute(
                """
                insert into usage.mark (subjects) select array_agg(distinct subject_id) from pg_temp.bench_stage
                """)
        }
        await pool.close()
        try outcome.print()
    }
}
