import Jobs
import Model
import Postgres

/// A topic that endpoints can hear of: one file in this folder and one line in `all`.
///
/// `rows` is a statement with the columns `item` (what makes two deliveries of one job different), `account_id` and
/// `data` (the JSON object that goes out, with `account_key`; at most some 12 KB). It re-reads the tables: the job only
/// says where to look.
struct TopicWebhook: Sendable {
    let topic: Topic
    let rows: @Sendable (Job) throws -> SQL

    static let all: [TopicWebhook] = [
        .riskChanged, .segmentEntered, .segmentLeft, .taskOpened, .taskDone, .enrollmentEnded, .accountLost,
        .accountReturned,
    ]

    /// Adds a delivery for each endpoint that wants the topic and each row, all in one statement.
    func run(_ job: Job) async throws {
        let rows = try rows(job)
        let topic = topic.rawValue
        let prefix = "\(topic):\(job.id)"
        try await job.transaction { connection in
            _ = try await connection.query(
                """
                with wanting as materialized (
                    select id from notify.endpoint where disabled_at is null and (topics = '{}' or \(topic) = any(topics))
                ), touched as (
                    \(fragment: rows)
                ), made as (
                    insert into notify.delivery (delivery_key, endpoint_id, topic, account_id, channel, body, state, sandbox,
                        next_attempt_at)
                    select \(prefix) || ':' || w.id || ':' || t.item, w.id, \(topic), t.account_id, 'webhook',
                        json_build_object('type', \(topic), 'timestamp',
                            to_char(now() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'), 'data', t.data)::text,
                        'pending', false, now()
                    from wanting w cross join touched t
                    on conflict (delivery_key) do nothing returning id, endpoint_id
                )
                select queue.enqueue('notifier', 'delivery.attempt', jsonb_build_object('delivery', id, 'endpoint', endpoint_id),
                    unique_key => 'delivery:' || id, unique_scope => 'waiting', group_key => 'endpoint:' || endpoint_id)
                from made
                """)
        }
    }

    /// What every body says about its account.
    static let account: SQL = SQL(
        verbatim: """
            'account_key', a.key, 'account_name', a.name,
            'owner', (select u.name from crm.current_owner o join crm.team_user u on u.id = o.user_id where o.account_id = a.id)
            """)
}
