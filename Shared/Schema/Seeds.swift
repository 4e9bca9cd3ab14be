import Model

/// What the tables must hold before any service starts, so that the services can start in any order: a topic that is
/// published before its reader ever ran waits in the reader's queue.
enum Seeds {
    /// Which service hears which topics. The kind of the jobs is the topic's name.
    static let subscriptions: [ServiceName: [Topic]] = [
        .contacts: [
            .usageRecorded, .accountIdentified, .accountChanged, .orderReceived, .orderRecorded, .subscriptionChanged,
            .riskChanged, .accountLost, .accountReturned, .contactUnsubscribed, .contactChanged, .interactionRecorded,
            .ticketChanged, .dealChanged,
            .accountMerged,
        ],
        .usageIngest: [.personErased],
        .riskScorer: [
            .usageRecorded, .accountChanged, .accountMerged, .orderRecorded, .subscriptionChanged, .ticketChanged,
            .interactionRecorded, .personErased,
        ],
        .scheduler: [
            .segmentEntered, .segmentLeft, .messageFailed, .contactUnsubscribed, .personErased, .accountMerged,
        ],
        .notifier: [
            .messageRequested, .riskChanged, .segmentEntered, .segmentLeft, .enrollmentEnded, .taskOpened, .taskDone,
            .accountLost, .accountReturned, .personErased,
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
        statements.append(records)
        return statements.joined(separator: "\n")
    }
}

extension Seeds {
    /// What an operator finds to begin with and may change: loss reasons in the order of the taxonomy, the stages of sales,
    /// working hours and targets. A list that has rows is left alone, so that what was removed stays away.
    private static let records = #"""
        insert into crm.loss_reason (key, name, name_uk, position, addressable)
        select * from (values
            ('audience_misunderstood', 'Audience misunderstood', 'Не зрозуміли, хто наш клієнт', 1, true),
            ('weak_service', 'Weak service', 'Слабкий сервіс', 2, true),
            ('value_unclear', 'Value unclear', 'Незрозуміла цінність', 3, true),
            ('poor_experience', 'Poor experience or defects', 'Поганий досвід або вади', 4, true),
            ('competitor', 'Competitor: price, packaging or terms', 'Конкурент: ціна, набір або умови', 5, true),
            ('wrong_channels', 'Wrong channels', 'Не ті канали', 6, true),
            ('task_not_solved', 'Task not solved', 'Завдання не вирішено', 7, true),
            ('expectations_missed', 'Expectations missed', 'Очікування не справдилися', 8, true),
            ('price', 'Price', 'Ціна', 9, true),
            ('no_longer_needed', 'No longer needed', 'Більше не потрібно', 10, false),
            ('moved_away', 'Moved away', 'Переїзд', 11, false),
            ('circumstances', 'Circumstances of the customer', 'Обставини клієнта', 12, false)
        ) as t where not exists (select from crm.loss_reason);
        insert into crm.deal_stage (pipeline, key, name, position, kind, stalled_after)
        select * from (values
            ('sales', 'new', 'New', 1, 'open', interval '7 days'),
            ('sales', 'qualified', 'Qualified', 2, 'open', interval '14 days'),
            ('sales', 'proposal', 'Proposal', 3, 'open', interval '21 days'),
            ('sales', 'negotiation', 'Negotiation', 4, 'open', interval '21 days'),
            ('sales', 'won', 'Won', 5, 'won', null),
            ('sales', 'lost', 'Lost', 6, 'lost', null)
        ) as t where not exists (select from crm.deal_stage);
        insert into crm.calendar (key, time_zone) select 'default', 'UTC' where not exists (select from crm.calendar);
        insert into crm.calendar_hours (calendar, weekday, opens, closes)
        select 'default', day, '09:00', '18:00' from generate_series(1, 5) as day
        where exists (select from crm.calendar where key = 'default') and not exists (select from crm.calendar_hours);
        insert into crm.ticket_target (priority, first_response, resolution, calendar)
        select priority, first_response, resolution, 'default' from (values
            ('low', interval '4 hours', interval '45 hours'), ('normal', interval '4 hours', interval '27 hours'),
            ('high', interval '4 hours', interval '18 hours'), ('urgent', interval '15 minutes', interval '4 hours')
        ) as t (priority, first_response, resolution)
        where exists (select from crm.calendar where key = 'default') and not exists (select from crm.ticket_target);
        """#
}
