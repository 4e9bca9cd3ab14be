import Chassis
import Jobs
import Model
import Postgres

/// A person was erased: what people wrote of scores and losses names it no more. Rows of an account that was the person go
/// with its scores.
enum Erasing {
    static func run(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .riskScorer) { person, _ in
            [
                person.unnaming("risk.loss", ["words"], where: "true"),
                person.unnaming("risk.verdict", ["words", "said_by"], where: "true"),
                person.unnaming("risk.band_override", ["why", "said_by"], where: "true"),
                person.unnaming(
                    "risk.score_reason", ["words", "words_uk", "evidence"],
                    where: "t.account_id = any(\(person.accounts))"),
                person.unnaming("risk.signal", ["evidence"], where: "t.account_id = any(\(person.accounts))"),
            ]
        }
    }
}
