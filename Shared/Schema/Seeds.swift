import Model

/// What the tables must hold before any service starts, so that the services can start in any order: a topic that is
/// published before its reader ever ran waits in the reader's queue.
enum Seeds {
    /// Which service hears which topics. The kind of the jobs is the topic's name.
    static let subscriptions: [ServiceName: [Topic]] = [
        .contacts: [
            .usageRecorded, .accountIdentified, .accountChanged, .orderReceived, .orderRecorded, .subscriptionChanged,
            .riskChanged, .contactUnsubscribed,
        ],
        .usageIngest: [],
        .riskScorer: [.usageRecorded, .accountChanged, .accountMerged, .orderRecorded, .subscriptionChanged],
        .scheduler: [
            .segmentEntered, .segmentLeft, .messageFailed, .contactUnsubscribed, .personErased, .accountMerged,
        ],
        .notifier: [
            .messageRequested, .riskChanged, .segmentEntered, .segmentLeft, .enrollmentEnded, .taskOpened, .taskDone,
            .accountLost, .accountReturned,
        ],
    ]

    /// How many jobs of one group run at once, where that is limited at first; `queue.configure` changes it. notifier's
    /// groups are endpoints: one that hangs must not take the places of the others.
    static let perGroup: [ServiceName: Int] = [.notifier: 4]

    /// Repeatable: adds what is missing and changes nothing that is there.
    static var sql: String {
        var statements: [String] = []
        for service in ServiceName.allCases {
            statements.append(
                """
                insert into queue.queue (name, worker_role, per_group)
                values ('\(service.queue)', '\(service.role)', \(perGroup[service].map(String.init) ?? "null"))
                on conflict (name) do nothing;
                """)
            for topic in subscriptions[service] ?? [] {
                statements.append(
                    """
                    insert into queue.subscription (topic, queue_id, kind)
                    select '\(topic.rawValue)', id, '\(topic.rawValue)' from queue.queue where name = '\(service.queue)'
                    on conflict do nothing;
                    """)
            }
        }
        statements.append(
            """
            insert into notify.channel (name) values ('mail'), ('webhook') on conflict do nothing;
            """)
        return statements.joined(separator: "\n")
    }
}
