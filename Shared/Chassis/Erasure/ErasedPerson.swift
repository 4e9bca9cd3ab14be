package import Jobs
package import Model
package import Postgres

/// A person whom every service is to erase from its own schema, as `crm.erasure` has it.
package struct ErasedPerson: Sendable {
    /// In `crm.erasure`.
    package let id: Int64
    /// Who it was, in `crm.contact` until then.
    package let contacts: [Int64]
    /// The account that the person was at, with those that were merged with it.
    package let accounts: [Int64]
    /// Whether the account is the person and goes too.
    package let isWhole: Bool
    /// Whom the person's usage is about, in `usage.subject`.
    package let subjects: [Int64]
    /// Names, keys and addresses, the longest first.
    package let values: [String]
    /// Those of them that stand for nobody and nothing else: one word alone is a first name of many, or no name at all.
    private let sureValues: [String]

    /// Those of the erasures that are not finished.
    package static func read(_ ids: [Int64], in connection: PostgresConnection) async throws -> [ErasedPerson] {
        let rows = try await connection.query(
            """
            select e.id, e.contacts, array(select v.value from crm.erasure_value v
                    where v.erasure_id = e.id and v.is_distinctive order by length(v.value) desc, 1) as sure, e.whole, e.subjects,
                array(select t.account_id from crm.account_root r join crm.account_root t on t.root_id = r.root_id
                    where r.account_id = e.account_id order by 1) as accounts,
                array(select v.value from crm.erasure_value v where v.erasure_id = e.id order by length(v.value) desc, 1) as values
            from crm.erasure e where e.id = any(\(ids)) and e.finished_at is null order by e.id
            """)
        return try rows.map { row in
            ErasedPerson(
                id: try row["id"], contacts: try row["contacts"], accounts: try row["accounts"],
                isWhole: try row["whole"], subjects: try row["subjects"], values: try row["values"],
                sureValues: try row["sure"])
        }
    }

    /// Takes the person's names and addresses out of these columns, texts or JSON, of the rows that the condition picks.
    package func unnaming(_ table: String, _ columns: [String], where condition: SQL) -> Step {
        let new = columns.map { "crm.redact(\(identifier: $0), \(values))" as SQL }
        let names = columns.map { "\(identifier: $0)" as SQL }.joined(separator: ", ")
        let sets = zip(columns, new).map { "\(identifier: $0) = \(fragment: $1)" as SQL }.joined(separator: ", ")
        return Step(
            table,
            """
            update \(fragment: SQL(verbatim: table)) as t set \(fragment: sets)
            where (\(fragment: condition)) and (\(fragment: names)) is distinct from (\(fragment: new.joined(separator: ", ")))
            """)
    }

    /// The same person, of whom only names and addresses are looked for that stand for nobody and nothing else.
    package var distinctive: ErasedPerson {
        ErasedPerson(
            id: id, contacts: contacts, accounts: accounts, isWhole: isWhole, subjects: subjects, values: sureValues,
            sureValues: sureValues)
    }

    /// The same of those that no one else here has either: for what was written of others, whose cards are not to lose theirs.
    package func amongOthers(in connection: PostgresConnection) async throws -> ErasedPerson {
        let own: [String] = try await connection.query(
            """
            select v from unnest(\(sureValues)) with ordinality as g (v, place)
            cross join lateral (
                -- Surname first is the same name.
                select array[lower(v), regexp_replace(lower(v), '^([^ ]+) ([^ ]+)$', '\\2 \\1')] as either
            ) n
            where not exists (select from crm.contact c where lower(c.name) = any(n.either))
                and not exists (select from crm.account a where lower(a.name) = any(n.either))
                and not exists (select from crm.team_user u where lower(u.name) = any(n.either))
            order by place
            """
        ).map { try $0["v"] }
        return ErasedPerson(
            id: id, contacts: contacts, accounts: accounts, isWhole: isWhole, subjects: subjects, values: own,
            sureValues: own)
    }

    /// One statement that removes or empties rows of a table.
    package struct Step: Sendable {
        package let table: String
        package let sql: SQL

        package init(_ table: String, _ sql: SQL) {
            self.table = table
            self.sql = sql
        }
    }

    /// Runs the steps and counts the rows by table; tables without any are left out.
    package static func run(_ steps: [Step], in connection: PostgresConnection) async throws -> [String: Int64] {
        var removed: [String: Int64] = [:]
        for step in steps {
            let rows = Int64(try await connection.execute(step.sql))
            if rows > 0 { removed[step.table, default: 0] += rows }
        }
        return removed
    }

    /// Handles `person.erased` for a service: its steps and the word to contacts that they are done, in one transaction.
    /// - Parameter timeout: how long each statement may take.
    package static func handle(
        _ job: Job, for service: ServiceName, timeout: Duration? = nil,
        _ steps: @escaping @Sendable (ErasedPerson, PostgresConnection) async throws -> [Step]
    ) async throws {
        let erased = try job.payload(PersonErased.self)
        try await job.transaction(timeout: timeout) { connection in
            for person in try await read(erased.erasures, in: connection) {
                let removed = try await run(try await steps(person, connection), in: connection)
                try await Queue.enqueue(
                    ErasureConfirmed.kind, on: ServiceName.contacts.queue,
                    ErasureConfirmed(erasure: person.id, service: service, removed: removed),
                    uniqueKey: "\(ErasureConfirmed.kind):\(person.id):\(service.rawValue)", in: connection)
            }
        }
    }
}
