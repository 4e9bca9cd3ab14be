import Chassis
import HTTPTypes
import Model
import Postgres

/// Taking an import back: rows that it made go, rows that it changed become what they were, where nothing later depends on
/// them. A row goes whole or stays whole. Users whom it made as owners stay.
///
/// Taken back again, it takes back what stayed and may go by now: of imports that built on each other, the later first or
/// the earlier twice.
///
/// One transaction, in which every row is read by what it says itself of its import.
struct ImportUndo: Sendable {
    /// What became of its rows.
    struct Outcome: Codable, Sendable, Equatable {
        /// False where nothing was left to be done: it had been undone before.
        var undoneNow: Bool
        /// Rows that are gone, now or by an undo before.
        var takenBack: Int64
        /// Rows that are what they were before it, now or by an undo before.
        var restored: Int64
        /// Rows that stay, by reason.
        var kept: [String: Int64]

        enum CodingKeys: String, CodingKey {
            case restored, kept
            case undoneNow = "undone_now"
            case takenBack = "taken_back"
        }
    }

    static let patience: Duration = .seconds(1_800)

    let id: Int64
    let kind: ImportKind
    let rows: ImportedRows
    let connection: PostgresConnection

    /// Undoes the import in the caller's transaction, which should have `patience`.
    static func run(_ id: Int64, by actor: String, in connection: PostgresConnection) async throws -> Outcome {
        let found = try await connection.first(
            """
            select kind, undone_at is not null as is_undone, coalesce(taken_back, 0) as taken_back,
                coalesce(restored, 0) as restored, coalesce(kept, '{}') as kept
            from crm.import where id = \(id) for update
            """)
        guard let found, let kind = ImportKind(rawValue: try found["kind"]) else {
            throw HTTPProblem(
                .notFound, code: "unknown_import", "There is no import \(id): select * from crm.import shows them.")
        }
        let (isUndone, before) = (try found["is_undone"] as Bool, try Outcome(before: found))
        // What stayed, because something depended on it, may go by now.
        if isUndone, before.kept.isEmpty { return before }
        let undo = ImportUndo(id: id, kind: kind, rows: .of(kind), connection: connection)
        var outcome = try await undo.run()
        outcome.undoneNow = !isUndone || outcome.takenBack + outcome.restored > 0
        outcome.takenBack += before.takenBack
        outcome.restored += before.restored
        try await connection.execute(
            """
            update crm.import set undone_at = now(), undone_by = \(actor), finished_at = coalesce(finished_at, now()),
                taken_back = \(outcome.takenBack), restored = \(outcome.restored), kept = \(try JSONText(encoding: outcome.kept))
            where id = \(id)
            """)
        try await Audit.record(
            actor, "undo", "import \(id)", try JSONText(encoding: outcome), in: connection)
        return outcome
    }

    private func run() async throws -> Outcome {
        var touched: Set<Int64> = []
        let takenBack = try await takeBack(&touched)
        let restored = try await restore(&touched).union(try await takeBackDated(&touched))
        let kept = try await kept()
        try await connection.execute(
            """
            delete from crm.import_before b where import_id = \(id)
                and not exists (select from \(fragment: table) t where t.id = b.row_id)
            """)
        try await publish(Array(touched))
        if kind == .contacts { try await Publication.contacts(restored.sorted(), .contactChanged, in: connection) }
        return Outcome(undoneNow: true, takenBack: takenBack, restored: Int64(restored.count), kept: kept)
    }

    private func publish(_ touched: [Int64]) async throws {
        let topic: Topic =
            switch kind {
            case .accounts, .contacts, .invoices: .accountChanged
            case .orders: .orderRecorded
            case .subscriptions: .subscriptionChanged
            case .deals: .dealChanged
            case .tickets: .ticketChanged
            case .interactions: .interactionRecorded
            }
        try await Publication.accounts(touched, topic, in: connection)
    }

    var table: SQL { SQL(verbatim: rows.table) }
    /// Whom to tell of a row `t`.
    var told: SQL { rows.account }

    /// About a row `t`: the import made it, and nothing later depends on it.
    var isFree: SQL {
        let reasons = rows.reasons.map { " and not \(fragment: $0.holds)" as SQL }.joined(separator: "")
        return "t.import_id = \(id) and not t.edited\(fragment: reasons)"
    }
}

extension ImportUndo.Outcome {
    /// What an undo before came to.
    fileprivate init(before row: Row) throws {
        let kept: JSONText = try row["kept"]
        self.init(
            undoneNow: false, takenBack: try row["taken_back"], restored: try row["restored"],
            kept: try kept.decode([String: Int64].self))
    }
}
