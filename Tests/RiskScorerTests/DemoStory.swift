import Foundation
import Model
import Postgres
import TestBed

/// The demo's two stories, written by `demo-story` and loaded as contacts and usage-ingest would leave them: subjects
/// linked, roll-ups counted, everything declared history; of the events themselves only the exports, for whole days are read
/// from the roll-ups alone. The planted truth stays out of it.
struct DemoStory: Sendable {
    /// The day on which the stories are told; they end the day before.
    let today: CalendarDay
    let outageLastDay: CalendarDay
    private let files: [String: Data]

    private struct Told: Decodable {
        let today: String
    }
    private struct Outage: Decodable {
        let lastDay: String
        enum CodingKeys: String, CodingKey { case lastDay = "last_day" }
    }

    /// Written once for each run of the tests, and kept in memory.
    private static let written = Task { try await write() }

    static func load(into database: TestDatabase, usage: Bool = true) async throws -> DemoStory {
        let story = try await written.value
        try await database.owner.transaction(timeout: .seconds(300)) { connection in
            try await connection.script(tables)
            for name in ["saas-accounts", "shop-accounts", "saas-subscriptions", "shop-orders"] {
                let table = name.replacing("-", with: "_")
                _ = try await connection.copyIn(
                    "copy \(identifier: table) from stdin (format csv, header)", bytes: story.bytes("\(name).csv"))
            }
            // A body is one line of JSON: CSV with a quote and a delimiter that never occur takes it as it is.
            for name in story.files.keys.sorted() where usage && name.hasPrefix("usage-") {
                _ = try await connection.copyIn(
                    SQL(verbatim: #"copy body from stdin (format csv, quote e'\x01', delimiter e'\x02')"#),
                    bytes: story.bytes(name))
            }
            try await connection.script(load)
        }
        try await database.owner.withConnection { try await $0.script("analyze") }
        return story
    }

    private func bytes(_ name: String) -> [UInt8] { Array(files[name] ?? Data()) }

    private static func write() async throws -> DemoStory {
        let folder = FileManager.default.temporaryDirectory.appending(path: "holdfast-story-\(UUID().uuidString)").path
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let shop = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../compose/demo/shop-orders.csv").standardized.path
        let (exit, output) = try await RunningProgram.run("demo-story", ["write", "--folder", folder, "--shop", shop])
        guard exit == .code(0) else { throw TestBedError("demo-story ended with \(exit): \(output)") }
        let files = Dictionary(
            uniqueKeysWithValues: try FileManager.default.contentsOfDirectory(atPath: folder).map {
                ($0, FileManager.default.contents(atPath: "\(folder)/\($0)") ?? Data())
            })
        let told = try JSONDecoder().decode(Told.self, from: files["story.json"] ?? Data())
        let outage = try JSONDecoder().decode(Outage.self, from: files["truth-outage.json"] ?? Data())
        guard let today = CalendarDay(told.today), let lastDay = CalendarDay(outage.lastDay) else {
            throw TestBedError("the story tells no days")
        }
        return DemoStory(today: today, outageLastDay: lastDay, files: files)
    }

    /// What was planted in each account.
    func truths() throws -> [String: String] {
        let rows = String(decoding: bytes("truth.csv"), as: UTF8.self).split(separator: "\n").dropFirst()
            .map { $0.split(separator: ",", omittingEmptySubsequences: false) }
        return Dictionary(uniqueKeysWithValues: rows.map { (String($0[0]), String($0[2])) })
    }

    private static let tables = """
        create temp table saas_accounts (key text, kind text, name text, plan text, industry text, country text, seats text,
            owner text) on commit drop;
        create temp table shop_accounts (key text, kind text, name text, country text, owner text) on commit drop;
        create temp table saas_subscriptions (account_key text, key text, plan text, status text, mrr bigint, currency text,
            started_at timestamptz, renews_at timestamptz, seats int) on commit drop;
        create temp table shop_orders (account_key text, key text, ordered_at timestamptz, amount numeric, currency text,
            items int) on commit drop;
        create temp table body (body jsonb) on commit drop;
        """

    private static let load = """
        insert into crm.account (key, kind, name, source)
        select key, kind, name, 'demo' from saas_accounts union all select key, kind, name, 'demo' from shop_accounts;
        insert into crm.subscription (account_id, key, started_at, known_at, historical)
        select a.id, s.key, s.started_at, s.started_at, true from saas_subscriptions s join crm.account a on a.key = s.account_key;
        insert into crm.subscription_state (subscription_id, status, plan, mrr_minor, currency, seats, renews_at, occurred_at, known_at)
        select c.id, s.status, s.plan, s.mrr, s.currency, s.seats, s.renews_at, s.started_at, s.started_at
        from saas_subscriptions s join crm.subscription c on c.key = s.key;
        insert into crm.account_order (account_id, key, amount_minor, currency, items, occurred_at, known_at, historical)
        select a.id, o.key, (o.amount * 100)::bigint, o.currency, o.items, o.ordered_at, o.ordered_at, true
        from shop_orders o join crm.account a on a.key = o.account_key;

        create temp table call on commit drop as
        select m ->> 'type' as type, m ->> 'messageId' as id, m ->> 'userId' as user_key, m ->> 'event' as event,
            coalesce(m -> 'context' ->> 'groupId', m ->> 'groupId') as group_key, (m ->> 'timestamp')::timestamptz as at,
            m -> 'properties' as properties
        from body, jsonb_array_elements(body -> 'batch') m;
        insert into usage.subject (kind, key)
        select distinct 'group', group_key from call where group_key is not null
        union select distinct 'user', user_key from call;
        analyze call;
        analyze usage.subject;
        insert into crm.account_subject (subject_id, account_id)
        select s.id, a.id from usage.subject s join crm.account a on a.key = s.key where s.kind = 'group';
        insert into crm.account_subject (subject_id, account_id)
        select u.id, min(a.id) from call c join usage.subject u on u.kind = 'user' and u.key = c.user_key
        join crm.account a on a.key = c.group_key where c.type = 'group' group by u.id;
        insert into usage.identification (kind, subject_id, other_subject_id, occurred_at)
        select c.type, coalesce(g.id, u.id), case when g.id is not null then u.id end, c.at
        from call c join usage.subject u on u.kind = 'user' and u.key = c.user_key
        left join usage.subject g on g.kind = 'group' and g.key = c.group_key where c.type in ('identify', 'group');
        create temp table tracked on commit drop as
        select g.id as subject_id, c.id, (c.at at time zone 'UTC')::date as day, c.event, u.id as user_id, c.at, c.properties
        from call c join usage.subject u on u.kind = 'user' and u.key = c.user_key
        join usage.subject g on g.kind = 'group' and g.key = c.group_key where c.type = 'track';
        insert into usage.event (subject_id, message_id, sent_on, event, user_subject_id, occurred_at, known_at, historical, properties)
        select subject_id, id, day, event, user_id, at, at, true, properties from tracked where event = 'Data Exported';
        insert into usage.daily_folded (subject_id, day, event, known_on, count)
        select subject_id, day, event, day, count(*) from tracked group by 1, 2, 3;
        """
}
