import Chassis
import Foundation
import Hummingbird
import Postgres

extension ConsoleRoutes {
    private static let rowsOnPage: Int64 = 50
    private static let mostPages: Int64 = 1_000

    private struct Choice {
        let value: String
        let name: String
        let isChosen: Bool
    }

    private struct OpenTask {
        let id: Int64
        let title: String
    }

    private struct RiskRow {
        let key: String
        let name: String
        let link: String
        let percent: Int
        let band: String
        let money: String
        let reason: String
        let owner: String
        let task: OpenTask?
    }

    private struct RiskPage {
        let summary: String
        let owners: [Choice]
        let bands: [Choice]
        let rows: [RiskRow]
        let isEmpty: Bool
        let hint: String
        let range: String
        let previous: String?
        let next: String?
    }

    /// What the address asks for.
    private struct Filter {
        let owner: String
        let band: String
        let page: Int64

        init(_ request: Request) {
            let query = request.uri.queryParameters
            let band = query["band"].map { String($0) } ?? ""
            self.band = ["high", "medium", "low"].contains(band) ? band : ""
            let owner = query["owner"].map { String($0) } ?? ""
            self.owner = owner.utf8.count <= 800 && !owner.unicodeScalars.contains("\0") ? owner : ""
            page = min(max(query["page"].flatMap { Int64($0) } ?? 1, 1), ConsoleRoutes.mostPages)
        }

        func link(page: Int64) -> String {
            "/?owner=\(Link.escaped(owner))&band=\(band)&page=\(page)"
        }
    }

    /// Accounts by probability × money, the most urgent first.
    func atRisk(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let filter = Filter(request)
        let offset = (filter.page - 1) * Self.rowsOnPage
        let (rows, owners) = try await pool.withConnection { connection in
            (
                try await connection.query(
                    """
                    with shown as (
                        select *, count(*) over () as count from report.at_risk
                        where (\(filter.owner) = '' or owner = \(filter.owner)) and (\(filter.band) = '' or band = \(filter.band))
                        order by stake desc nulls last, probability desc, account_key
                        limit \(Self.rowsOnPage) offset \(offset)
                    )
                    select s.*, t.title as task_title from shown s left join report.task t on t.task_id = s.task_id
                    order by s.stake desc nulls last, s.probability desc, s.account_key
                    """),
                try await connection.query(
                    """
                    select u.name from crm.team_user u
                    where exists (select from crm.account_owner o where o.user_id = u.id) order by u.name limit 500
                    """)
            )
        }
        let count: Int64 = try rows.first.map { try $0["count"] } ?? 0
        let content = RiskPage(
            summary:
                "\(Words.count(count)) accounts, by how likely they leave within 90 days times what they are worth",
            owners: try owners.map { row in
                let name: String = try row["name"]
                return Choice(value: name, name: name, isChosen: name == filter.owner)
            },
            bands: [("", "Any"), ("high", "High"), ("medium", "Medium"), ("low", "Low")].map { value, name in
                Choice(value: value, name: name, isChosen: value == filter.band)
            },
            rows: try rows.map(riskRow), isEmpty: rows.isEmpty,
            hint: filter.owner.isEmpty && filter.band.isEmpty
                ? "Scores appear here once risk-scorer has measured the accounts." : "Choose another owner or band.",
            range: count == 0 ? "" : "\(offset + 1) to \(offset + Int64(rows.count)) of \(Words.count(count))",
            previous: filter.page > 1 ? filter.link(page: filter.page - 1) : nil,
            next: offset + Int64(rows.count) < count ? filter.link(page: filter.page + 1) : nil)
        return page("at-risk", content, title: "At risk", context)
    }

    private func riskRow(_ row: Row) throws -> RiskRow {
        let key: String = try row["account_key"]
        let task: Int64? = try row["task_id"]
        let title: String? = try row["task_title"]
        let owner: String? = try row["owner"]
        let reason: String? = try row["reason"]
        return RiskRow(
            key: key, name: try row["name"], link: Link.account(key), percent: Words.percent(try row["probability"]),
            band: try row["band"], money: Words.money(try row["money"], try row["currency"]), reason: reason ?? "",
            owner: owner ?? "", task: task.map { OpenTask(id: $0, title: title ?? "Task \($0)") })
    }
}
