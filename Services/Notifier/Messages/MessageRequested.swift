import Foundation
import Jobs
import Logging
import Model
import Postgres

/// The job that decides about messages that were asked for, in one transaction: one decision for each, and the
/// deliveries that follow from it. A repeated job finds the decisions and changes nothing.
struct MessageRequested: Sendable {
    let links: Links

    func run(_ job: Job) async throws {
        let payload: MessagesTouched = try job.payload()
        guard payload.messages.count <= Topic.idsPerJob else {
            throw JobFailure.dead("the payload names more than \(Topic.idsPerJob) messages")
        }
        try await job.transaction { connection in
            try await decide(payload.messages, connection)
        }
    }

    func decide(_ ids: [Int64], _ connection: PostgresConnection) async throws {
        let ids = try await undecided(ids, connection)
        guard !ids.isEmpty else { return }
        let channels = try await ChannelSettings.all(connection)
        let endpoints = try await connection.query(
            """
            select id from notify.endpoint
            where disabled_at is null and (topics = '{}' or \(Topic.messageRequested.rawValue) = any(topics)) order by id
            """
        ).map { try $0["id"] as Int64 }
        for message in try await MessageFacts.read(ids, connection) {
            let decision = MessageDecision.decide(message, channel: channels[message.channel], endpoints: endpoints)
            try await record(message, decision, channels[message.channel]?.sandbox ?? true, connection)
        }
    }

    /// Those about which nothing was decided yet, under a lock that makes two jobs for one message take turns.
    private func undecided(_ ids: [Int64], _ connection: PostgresConnection) async throws -> [Int64] {
        _ = try await connection.query(
            """
            select pg_advisory_xact_lock(7301, (id % 2147483647)::integer)
            from (select distinct id from unnest(\(ids)) as id order by id) as ordered
            """)
        return try await connection.query(
            """
            select distinct given.message from unnest(\(ids)) as given (message)
            where not exists (select from notify.decision d where d.message_id = given.message) order by 1
            """
        ).map { try $0["message"] }
    }

    private func record(
        _ message: MessageFacts, _ decision: MessageDecision, _ sandbox: Bool, _ connection: PostgresConnection
    ) async throws {
        guard let way = decision.way else { return try await note(message, decision, connection) }
        var unsubscribe: URL?
        if let contact = message.contactID {
            unsubscribe = try await links.unsubscribe(contact, message.channel, message.topic, connection)
        }
        let rendered: RenderedMessage
        do {
            rendered = try RenderedMessage(message, MessageContext(message, links: links, unsubscribe: unsubscribe))
        } catch let fault as TemplateFault {
            try await note(message, .stopped(.template), connection)
            try await NewDelivery.faulty(message, fault.description, sandbox: sandbox, connection)
            return
        }
        try await note(message, decision, connection)
        switch way {
        case .address(let address):
            try await NewDelivery.add(message, rendered, to: address, sandbox: sandbox, connection)
        case .sandbox:
            try await NewDelivery.add(message, try rendered.webhook(message), sandbox: true, connection)
        case .endpoints(let endpoints):
            for endpoint in endpoints {
                let webhook = try rendered.webhook(message)
                try await NewDelivery.add(message, webhook, endpoint: endpoint, sandbox: false, connection)
            }
        }
    }

    private func note(
        _ message: MessageFacts, _ decision: MessageDecision, _ connection: PostgresConnection
    ) async throws {
        try await connection.execute(
            """
            insert into notify.decision (message_id, account_id, contact_id, verdict, reason)
            select m.id, m.account_id, m.contact_id, \(decision.way == nil ? "stopped" : "sent"),
                \(decision.reason.rawValue)
            from plan.message m where m.id = \(message.id)
            """)
    }
}
