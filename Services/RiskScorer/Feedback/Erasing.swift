import Chassis
import Jobs
import Model
import Postgres

/// A person was erased: what people wrote of scores and losses names it no more, of its own account's under any of its names,
/// of others' under those that nobody else has.
enum Erasing {
    static func run(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .riskScorer) { person, connection in
            let here: SQL = "t.account_id = any(\(person.accounts))"
            return said(person, where: here) + said(try await person.amongOthers(in: connection), where: "true") + [
                person.unnaming("risk.score_reason", ["words", "words_uk", "evidence"], where: here),
                person.unnaming("risk.signal", ["evidence"], where: here),
            ]
        }
    }

    private static func said(_ person: ErasedPerson, where condition: SQL) -> [ErasedPerson.Step] {
        [
            person.unnaming("risk.loss", ["words"], where: condition),
            person.unnaming("risk.verdict", ["words", "said_by"], where: condition),
            person.unnaming("risk.band_override", ["why", "said_by"], where: condition),
        ]
    }
}
