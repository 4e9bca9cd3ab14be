import Chassis
import Jobs
import Model
import Postgres

/// `person.erased`: messages to the person lose their words, and tasks and runs that name the person the name. What was to
/// be done for an account that went with the person ends.
enum Erasing {
    static func run(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .scheduler) { person, connection in
            let gone = person.isWhole ? person.accounts : []
            try await Wakes.touch(where: "r.root_id is null or e.account_id = any(\(gone))", in: connection)
            return steps(person, gone)
        }
    }

    private static func steps(_ person: ErasedPerson, _ gone: [Int64]) -> [ErasedPerson.Step] {
        let here: SQL = "t.account_id = any(\(person.accounts))"
        return [
            .init(
                "plan.message",
                """
                update plan.message set subject = null, body = '[erased]'
                where contact_id = any(\(person.contacts)) or (account_id = any(\(gone)) and user_id is null)
                """),
            .init(
                "plan.task",
                """
                update plan.task set state = 'cancelled', done_at = now(), done_by = 'erasure'
                where account_id = any(\(gone)) and state = 'open'
                """),
            person.unnaming("plan.message", ["subject", "body"], where: here),
            person.unnaming("plan.task", ["title", "reason", "script"], where: here),
            person.unnaming("plan.enrollment", ["reason", "end_detail"], where: here),
            person.unnaming(
                "plan.step_run", ["detail"],
                where: "t.enrollment_id in (select id from plan.enrollment where account_id = any(\(person.accounts)))"),
        ]
    }
}
