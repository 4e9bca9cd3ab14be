import Chassis
import Jobs
import Model
import Postgres

/// Erasing a person on request: a contact, or an account that is a person, with all who were merged into it.
///
/// What names the person goes from every table: names, keys, addresses, custom fields, and what the person wrote; where
/// others name the person in the account's words, `[erased]` stands instead. What stays is what nobody can be known by:
/// orders and money, days and counts. What was written of other accounts is searched by a job, for it is much; a name that
/// somebody else bears too stays there. The other services erase theirs when they hear of it, and confirm; what to look for
/// is kept until the last of them has. A hash of each address stays for good, so that nobody writes there again.
///
/// Not found are names that are written otherwise than here: a surname alone, a number with brackets in a note.
struct Erasure: Sendable {
    enum Who: Sendable, Equatable {
        case contact(String)
        case account(String)
    }

    let id: Int64

    /// Who holds something of a person, and erases it when told.
    private static let services: [ServiceName] = [.contacts, .usageIngest, .riskScorer, .scheduler, .notifier]

    /// Erases whom the key names in the caller's transaction, and tells the others.
    /// - Throws: `HTTPProblem` where there is nobody with this key, `Refusal` where it is no person.
    static func run(_ who: Who, by actor: String, in connection: PostgresConnection) async throws -> Erasure {
        let found = try await find(who, in: connection)
        let row = try await connection.first(
            """
            insert into crm.erasure (contacts, account_id, whole, subjects, actor, waits_for)
            values (\(found.contacts), \(found.account), \(found.isWhole), \(try await subjects(found, in: connection)),
                \(actor), \(services.map(\.rawValue)))
            returning id
            """)
        guard let row else { throw ProgramFailure(.internalError, "The erasure could not be noted.") }
        let id: Int64 = try row["id"]
        try await note(found, id, in: connection)
        guard let person = try await ErasedPerson.read([id], in: connection).first else { return Erasure(id: id) }
        let removed = try await ErasedPerson.run(steps(person), in: connection)
        try await connection.execute(
            "update crm.erasure set removed = \(try JSONText(encoding: removed)) where id = \(id)")
        if found.isWhole { try await Membership.forget(person.accounts, in: connection) }
        try await Audit.record(
            actor, "erase", found.isWhole ? "account #\(found.account)" : "contact #\(found.contacts.first ?? 0)",
            try JSONText(encoding: ["erasure": id]), in: connection)
        let told = PersonErased(erasures: [id], contacts: found.contacts)
        try await Queue.publish(.personErased, told, in: connection)
        try await Queue.enqueue(elsewhere, on: ServiceName.contacts.queue, told, in: connection)
        try await Publication.accounts(person.accounts, .accountChanged, in: connection)
        return Erasure(id: id)
    }

    /// Notes that a service has erased what it held; the last one's word ends the erasure.
    static func confirm(_ job: Job) async throws {
        let word = try job.payload(ErasureConfirmed.self)
        try await job.transaction { connection in
            try await connection.execute(
                """
                update crm.erasure set removed = removed || \(try JSONText(encoding: word.removed)),
                    waits_for = array_remove(waits_for, \(word.service.rawValue)),
                    finished_at = case when array_remove(waits_for, \(word.service.rawValue)) = '{}' then now() end
                where id = \(word.erasure) and finished_at is null
                """)
            try await connection.execute(
                """
                delete from crm.erasure_value v using crm.erasure e
                where e.id = v.erasure_id and e.id = \(word.erasure) and e.finished_at is not null
                """)
        }
    }

    /// The certificate as JSON; nil where there is none.
    static func certificate(_ id: Int64, in connection: PostgresConnection) async throws -> JSONText? {
        try await connection.first("select to_jsonb(e) from report.erasure e where e.erasure_id = \(id)")
            .map { try $0[0] }
    }
}
