import Foundation
import Postgres

extension AccountContent {
    init(_ card: AccountCard, formToken: String, mayChange: Bool, notice: String?) throws {
        let link = Link.account(card.key)
        let shown = card.entries.prefix(Int(AccountCard.entriesOnPage))
        let next = try shown.last.map { TimelineList.next(at: try $0["at"], place: try $0["place"]) }
        name = card.name
        facts = card.facts.joined(separator: " · ")
        isStub = card.isStub
        self.notice = notice
        lost = card.lostAt.map { "Lost since \(Words.day($0))." }
        // Of who is lost already it says nothing.
        risk = card.lostAt == nil ? try card.risk.map(Self.risk) : nil
        reasons = try Self.reasons(card.reasons)
        entries = try card.pinned.map(Self.entry) + shown.map(Self.entry)
        older = card.entries.count > shown.count ? next.map { "\(link)?after=\($0)" } : nil
        tasks = try card.tasks.map { try Self.task($0, formToken: formToken, mayChange: mayChange, back: link) }
        subscriptions = try card.subscriptions.map(Self.subscription)
        contacts = try card.contacts.map(Self.person)
        hasReasons = !card.reasons.isEmpty
        hasEntries = !card.entries.isEmpty || !card.pinned.isEmpty
        hasTasks = !card.tasks.isEmpty
        hasSubscriptions = !card.subscriptions.isEmpty
        hasContacts = !card.contacts.isEmpty
        noReasons = card.risk == nil ? "Not scored yet." : "No signal is on."
        unknown = card.unknown.isEmpty ? nil : card.unknown.joined(separator: ", ")
    }

    private static func risk(_ row: Row) throws -> Risk {
        let (by, why, until): (String?, String?, Date?) = try (row["set_by"], row["set_why"], row["set_until"])
        return Risk(
            percent: Words.percent(try row["probability"]), band: try row["band"],
            since: Words.day(try row["scored_at"]),
            setByHand: until.map { "Set by \(by ?? "") until \(Words.day($0)): \(why ?? "")" },
            isOpinion: !(try row["is_learned"]), base: Words.percent(try row["base_probability"]))
    }

    private static func reasons(_ rows: [Row]) throws -> [Reason] {
        let largest = try rows.map { row -> Double in abs(try row["contribution"]) }.max() ?? 0
        return try rows.map { row in
            let contribution: Double = try row["contribution"]
            let signal: String = try row["signal"]
            return Reason(
                words: try row["words"], signal: signal.replacing("_", with: " "),
                side: contribution < 0 ? "less" : "more",
                width: largest > 0 ? max(1, Int((abs(contribution) / largest * 100).rounded())) : 0,
                spoken: "without it \(Words.percent(try row["probability_without"])) %")
        }
    }

    private static func entry(_ row: Row) throws -> Entry {
        let at: Date = try row["at"]
        let words: String? = try row["words"]
        let kind: String = try row["kind"]
        return Entry(at: Timestamp.write(at), day: Words.minute(at), kind: kind, words: words ?? kind)
    }

    private static func task(_ row: Row, formToken: String, mayChange: Bool, back: String) throws -> AccountTask {
        let state: String = try row["state"]
        let due: Date? = try row["due_at"]
        let owner: String? = try row["owner"]
        let words = [state, owner, state == "open" ? due.map { "due \(Words.day($0))" } : nil]
        return AccountTask(
            id: try row["task_id"], title: try row["title"], state: words.compactMap(\.self).joined(separator: " · "),
            reason: state == "open" ? try row["reason"] : nil, mayDo: mayChange && state == "open",
            formToken: formToken,
            back: back)
    }

    private static func subscription(_ row: Row) throws -> Subscription {
        let (plan, seats, renewsAt): (String?, Int32?, Date?) = (
            try row["plan"], try row["seats"], try row["renews_at"]
        )
        let status: String = try row["status"]
        let words = [
            status.replacing("_", with: " "), seats.map { "\($0) seats" },
            renewsAt.map { (status == "cancelled" ? "ends " : "renews ") + Words.day($0) },
        ]
        return Subscription(
            plan: plan ?? "Subscription", state: words.compactMap(\.self).joined(separator: " · "),
            mrr: Words.money(try row["mrr_minor"], try row["currency"]))
    }

    private static func person(_ row: Row) throws -> Person {
        let consents: [String] = try row["consents"]
        return Person(
            name: try row["name"], role: try row["role"], addresses: try row["addresses"],
            consents: consents.isEmpty ? "No consent known" : "Consents: " + consents.joined(separator: ", "))
    }
}
