import Postgres
import TestBed

extension Desk {
    /// An open task about an account, as scheduler opens it.
    func task(_ account: String, _ title: String, owner: String? = nil) async throws -> Int64 {
        let row = try await database.owner.first(
            """
            insert into plan.task (account_id, title, reason, owner_user_id)
            select id, \(title), \(title), (select u.id from crm.team_user u where u.name = \(owner))
            from crm.account where key = \(account) returning id
            """)
        guard let id: Int64 = try row?["id"] else { throw TestBedError("no account \(account)") }
        return id
    }

    /// A score with one reason, as risk-scorer writes it.
    func score(_ account: String, _ probability: Double, _ band: String, _ words: String) async throws {
        let id = try await id(account)
        _ = try await database.owner.execute(
            "insert into risk.model (name, parameters) values ('m', '{}') on conflict do nothing")
        _ = try await database.owner.execute(
            """
            insert into risk.score (account_id, horizon_days, probability, logit, intercept, band, first_signal, model_id)
            select \(id), 90, \(probability), 0, 0, \(band), 'usage_drop', min(id) from risk.model
            """)
        _ = try await database.owner.execute(
            """
            insert into risk.score_reason (account_id, horizon_days, rank, signal, contribution, words)
            values (\(id), 90, 1, 'usage_drop', 1.5, \(words))
            """)
    }
}
