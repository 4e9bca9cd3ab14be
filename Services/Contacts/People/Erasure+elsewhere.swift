import Chassis
import Jobs
import Model
import Postgres

extension Erasure {
    /// The job that searches what was written of others than the person's own account.
    static let elsewhere = "person.unname"
    /// It reads every row that has words.
    static let searchLimit: Duration = .seconds(1_800)

    static func searchElsewhere(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .contacts, timeout: searchLimit) { person, connection in
            elsewhere(try await person.amongOthers(in: connection), keys: person.values)
        }
    }

    private static func elsewhere(_ person: ErasedPerson, keys: [String]) -> [ErasedPerson.Step] {
        let reasons = ["loss_words", "competitor", "competitor_offer"]
        return [
            person.unnaming("crm.interaction", ["title", "body"], where: "true"),
            person.unnaming("crm.ticket", ["subject", "feedback_words"], where: "true"),
            person.unnaming("crm.deal", ["name", "fields"], where: "true"),
            person.unnaming("crm.deal_state", reasons, where: "true"),
            person.unnaming("crm.subscription_state", reasons, where: "true"),
            person.unnaming("crm.request_vote", ["words"], where: "true"),
            person.unnaming("crm.goal", ["words"], where: "true"),
            person.unnaming("crm.goal_review", ["words"], where: "true"),
            person.unnaming("crm.order_line", ["product", "category"], where: "true"),
            person.unnaming("crm.account", ["came_for", "strategy", "fields"], where: "true"),
            person.unnaming("crm.order_refusal", ["reason"], where: "true"),
            person.unnaming("crm.audit_personal", ["detail"], where: "true"),
            // The name stands between quotes, so that what is left is an expression still.
            person.unnaming("crm.segment", ["name", "expression", "fault"], where: "true"),
            // Two tags that read alike without the name would be one twice.
            .init(
                "crm.account_tag",
                "delete from crm.account_tag t where tag is distinct from crm.redact(tag, \(person.values))"),
            .init(
                "crm.audit",
                "select from crm.redact_audit(\(person.values), \(keys)) as t (changed) cross join generate_series(1, changed)"
            ),
        ]
    }
}
