import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// Keys of programs: `contacts key add | list | revoke`.
struct KeyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "key", abstract: "Keys of programs that send usage or use the API.",
        subcommands: [Add.self, List.self, Limit.self, Revoke.self])

    struct Add: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a key. It is printed once, alone on the last line, and kept as a hash only.")

        @Option(help: "What it is for.") var name: String
        @Option(help: "write sends usage; api reads and writes customers; read reads them.") var scope: String = "api"
        @Option(help: "Days until it expires; without: never.") var expiresInDays: Int?
        @OptionGroup var options: KeyLimitOptions

        func run() async throws {
            let (name, scope, days, limits) = (name, scope, expiresInDays, options.limits)
            try await Runtime.oneShot(.contacts) { runtime in
                let name = try Given.checked(["name": name]) { try $0.needed("name", atMost: 200) }
                guard let scope = KeyScope(rawValue: scope) else {
                    throw ProgramFailure(.usage, "A key's scope is write, api or read, not “\(scope)”.")
                }
                guard days.map({ (1...3_660).contains($0) }) ?? true else {
                    throw ProgramFailure(.usage, "A key expires in 1 to 3660 days.")
                }
                guard scope == .write || limits == KeyLimits() else {
                    throw ProgramFailure(.usage, "Only a key of scope write sends events: leave its limits out.")
                }
                let key = Key.make(scope)
                try await runtime.pool.transaction { connection in
                    try await connection.execute(
                        """
                        insert into crm.api_key (name, scope, hint, hash, expires_at, events_per_second, events_per_day)
                        values (\(name), \(scope.rawValue), \(String(key.plaintext.prefix(14))), \(Bytes(key.hash)),
                            now() + make_interval(days => \(days.map { Int32($0) })), \(limits.perSecond), \(limits.perDay))
                        """)
                    try await Audit.record("command line", "add", "key \(name)", in: connection)
                }
                Output.note("A key of scope \(scope.rawValue). It is shown this once:")
                Output.line(key.plaintext)
            }
        }
    }

    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(abstract: "Show the keys.")

        func run() async throws {
            try await Runtime.oneShot(.contacts) { runtime in
                let rows = try await runtime.pool.query(
                    """
                    select id, name, scope, hint, to_char(created_at, 'YYYY-MM-DD') as created,
                        coalesce(to_char(used_at, 'YYYY-MM-DD HH24:MI'), 'never') as used,
                        coalesce(events_per_second || '/s', '') || case when num_nulls(events_per_second, events_per_day) = 0
                            then ', ' else '' end || coalesce(events_per_day || '/day', '') as limits,
                        case when scope = 'write' then (
                            select coalesce(sum(r.accepted), 0)::text from usage.reception_part r
                            where r.api_key_id = k.id and r.minute >= date_trunc('day', now(), 'UTC')) else '' end as today,
                        case when revoked_at is not null then 'revoked'
                            when expires_at <= now() then 'expired'
                            else 'good' || coalesce(' until ' || to_char(expires_at, 'YYYY-MM-DD'), '') end as state
                    from crm.api_key k order by id
                    """)
                Output.table(
                    ["id", "name", "scope", "begins", "created", "used", "limits", "events today", "state"],
                    try rows.map { row in
                        let id: Int64 = try row["id"]
                        let columns = ["name", "scope", "hint", "created", "used", "limits", "today", "state"]
                        let texts: [String] = try columns.map { try row[$0] }
                        return [String(id)] + texts
                    })
            }
        }
    }

    struct Limit: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Say how much a key of scope write may send from now on; without an option: as much as it likes.",
            discussion: "Services that have seen it lately follow within 30 s.")

        @Argument(help: "The key's id, as key list shows it.") var id: Int64
        @OptionGroup var options: KeyLimitOptions

        func run() async throws {
            let (id, limits) = (id, options.limits)
            try await Runtime.oneShot(.contacts) { runtime in
                try await runtime.pool.transaction { connection in
                    let limited = try await connection.first(
                        """
                        update crm.api_key set events_per_second = \(limits.perSecond), events_per_day = \(limits.perDay)
                        where id = \(id) and scope = 'write' and revoked_at is null returning name
                        """)
                    guard let limited else {
                        throw ProgramFailure(
                            .badInput,
                            "There is no key \(id) of scope write that isn't revoked: contacts key list shows them.")
                    }
                    let name: String = try limited["name"]
                    try await Audit.record("command line", "limit", "key \(name)", in: connection)
                    Output.line("Key \(id) (\(name)) may send \(limits.words).")
                }
            }
        }
    }

    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Refuse a key from now on; services that have seen it lately follow within 30 s.")

        @Argument(help: "The key's id, as key list shows it.") var id: Int64

        func run() async throws {
            let id = id
            try await Runtime.oneShot(.contacts) { runtime in
                try await runtime.pool.transaction { connection in
                    let revoked = try await connection.first(
                        "update crm.api_key set revoked_at = coalesce(revoked_at, now()) where id = \(id) returning name"
                    )
                    guard let revoked else {
                        throw ProgramFailure(.badInput, "There is no key \(id): contacts key list shows them.")
                    }
                    let name: String = try revoked["name"]
                    try await Audit.record("command line", "revoke", "key \(name)", in: connection)
                    Output.line("Key \(id) (\(name)) is revoked.")
                }
            }
        }
    }
}
