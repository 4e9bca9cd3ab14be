import Chassis
import Model
import Postgres

/// Imports one file from its beginning to its end, batch by batch, each in a transaction of its own.
struct Importer {
    let kind: ImportKind
    let file: ImportFile
    let map: [String: String]
    var notation = Notation()
    /// Values of fields that every line has and no column.
    var constants: [String: String] = [:]
    let source: String
    let isHistory: Bool
    let pool: PostgresPool
    let progress: ImportProgress
    var verdicts: VerdictFile?

    /// What the whole import came to.
    struct Outcome {
        let id: Int64
        let tally: Tally
        let linesBefore: Int
        /// Of the file, which are no field of the kind.
        let unusedColumns: [String]
        /// Users who were made since it began, for a name that nobody had: mostly its owners, and mistyped ones among them.
        let newUsers: [String]
    }

    /// The most of them that are named.
    static let mostNewUsers: Int64 = 100

    func run() async throws -> Outcome {
        switch kind {
        case .accounts: try await run(AccountDraft.self)
        case .contacts: try await run(ContactDraft.self)
        case .subscriptions: try await run(SubscriptionDraft.self)
        case .orders: try await run(OrderDraft.self)
        case .deals: try await run(DealDraft.self)
        case .tickets: try await run(TicketDraft.self)
        case .invoices: try await run(InvoiceDraft.self)
        case .interactions: try await run(InteractionDraft.self)
        }
    }

    /// The file behind its heading.
    func open() async throws -> (CSVReader, Header) {
        let (kind, map, notation) = (kind, map, notation)
        let fields = try await pool.withConnection { connection -> [String: CustomField] in
            guard let object = kind.object else { return [:] }
            return try await CustomField.all(of: object, in: connection)
        }
        var reader = try file.reader()
        guard let first = try reader.next() else {
            throw ProgramFailure(.badInput, "\(file.name) is empty: its first line must name the columns.")
        }
        return (reader, try Header(first, kind, map: map, notation: notation, constants: constants, fields: fields))
    }

    /// By whom the rows are written.
    func origin(_ actor: String) -> Origin {
        Origin(actor: actor, source: source, isHistory: isHistory, keepsRefusals: true, makesUsers: true)
    }

    private func run<Item: Draft>(_ item: Item.Type) async throws -> Outcome {
        var (reader, header) = try await open()
        progress.began(file, header)
        let run = try await ImportRun.begin(kind, file, source: source, isHistory: isHistory, in: pool)
        progress.resumed(behind: run.linesBefore)
        var tally = run.tallyBefore
        var committed = run.linesBefore
        var batch = Batch<Item>()
        while let record = try reader.next() {
            if record.lastLine <= run.linesBefore || record.isBlank { continue }
            if !batch.isFull, batch.add(record, header) { continue }
            tally += try await commit(batch, run, from: committed)
            committed = batch.lastLine
            progress.reached(line: committed, tally)
            batch = Batch<Item>()
            _ = batch.add(record, header)
        }
        if !batch.isEmpty { tally += try await commit(batch, run, from: committed) }
        try await run.finish(kind, in: pool)
        let users = try await pool.query(
            """
            select u.name from crm.team_user u join crm.import i on i.id = \(run.id) and u.created_at >= i.started_at
            order by u.name limit \(Self.mostNewUsers)
            """)
        return Outcome(
            id: run.id, tally: tally, linesBefore: run.linesBefore, unusedColumns: header.unused,
            newUsers: try users.map { try $0["name"] })
    }

    private func commit<Item: Draft>(_ batch: Batch<Item>, _ run: ImportRun, from: Int) async throws -> Tally {
        let origin = origin("import \(run.id)")
        let kind = kind
        let (tally, told) = try await pool.transaction { connection in
            let before = try await ImportBefore.read(
                kind, batch.lines.map(\.draft.key), by: run.id, in: connection)
            let verdicts = try await batch.write(origin, in: connection)
            try await before.keep(in: connection)
            var tally = Tally()
            var refusals = batch.refusals
            var told: [(line: Int, key: String?, verdict: Verdict)] = refusals.map {
                ($0.record.line, nil, .refused($0.refusal))
            }
            for (line, verdict) in zip(batch.lines, verdicts) {
                told.append((line.record.line, line.draft.key, verdict))
                tally.add(verdict)
                if case .refused(let refusal) = verdict { refusals.append((line.record, refusal)) }
            }
            tally.refused += batch.refusals.count
            try await run.note(from: from, to: batch.lastLine, tally, refusals: refusals, in: connection)
            return (tally, told)
        }
        try verdicts?.write(told)
        return tally
    }
}
