import Chassis
import Jobs
import Model
import Postgres

/// `person.erased`: deliveries to the person lose address and words and are not tried again; others lose the name. The
/// address itself need not be suppressed by its text any more: its hash is, in `crm.erased_address`.
enum Erasing {
    static func run(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .notifier) { person, _ in steps(person) }
    }

    private static func steps(_ person: ErasedPerson) -> [ErasedPerson.Step] {
        let addresses = person.values.map { $0.lowercased() }
        let theirs: SQL = """
            d.contact_id = any(\(person.contacts)) or lower(d.address) = any(\(addresses))
                or (\(person.isWhole) and d.account_id = any(\(person.accounts)) and d.user_id is null)
            """
        return [
            .init(
                "notify.attempt",
                """
                update notify.attempt a set detail = null, signature = null from notify.delivery d
                where d.id = a.delivery_id and (a.detail is not null or a.signature is not null) and (\(fragment: theirs))
                """),
            .init(
                "notify.delivery",
                """
                update notify.delivery d set address = null, subject = null, body = '[erased]', next_attempt_at = null,
                    state = case when state = 'pending' then 'failed' else state end,
                    error = case when state = 'pending' then 'The person was erased.' end
                where \(fragment: theirs)
                """),
            person.unnaming(
                "notify.delivery", ["subject", "body", "error"], where: "t.account_id = any(\(person.accounts))"),
            person.unnaming(
                "notify.attempt", ["detail"],
                where: "t.delivery_id in (select id from notify.delivery where account_id = any(\(person.accounts)))"),
            .init("notify.refusal", "delete from notify.refusal where contact_id = any(\(person.contacts))"),
            .init("notify.suppression", "delete from notify.suppression where address = any(\(addresses))"),
        ]
    }
}
