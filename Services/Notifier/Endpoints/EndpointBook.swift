import Foundation
import Model
import Postgres

/// The endpoints and what is done with them, for the commands and the HTTP API alike.
struct EndpointBook: Sendable {
    /// No installation needs more; it bounds what one topic can cause.
    static let limit = 200
    /// How long the secret before still signs beside a new one, unless said otherwise.
    static let overlap: Duration = .seconds(24 * 3_600)

    let pool: PostgresPool

    func all() async throws -> [Endpoint] {
        try await pool.query("select * from notify.endpoint order by id").map { try Endpoint($0) }
    }

    func find(_ reference: EndpointReference) async throws -> Endpoint {
        let row = try await pool.first("select * from notify.endpoint where \(fragment: reference.condition)")
        guard let row else { throw EndpointProblem.unknown(reference) }
        return try Endpoint(row)
    }

    /// Adds an endpoint. Its secret is given back this once.
    /// - Parameter topics: empty for all.
    func add(name: String, url: String, topics: [String]) async throws -> (Endpoint, EndpointSecret) {
        let name = try EndpointBook.checked(name: name)
        let (url, topics) = (try EndpointBook.checked(url: url), try EndpointBook.checked(topics: topics))
        let secret = EndpointSecret.make()
        let endpoint = try await pool.transaction { connection in
            let row = try await connection.first(
                """
                insert into notify.endpoint (name, url, topics)
                select \(name), \(url), \(topics) where (select count(*) from notify.endpoint) < \(Int64(EndpointBook.limit))
                on conflict (name) do nothing returning *
                """)
            guard let row else {
                let taken = try await connection.first("select from notify.endpoint where name = \(name)")
                throw taken == nil ? EndpointProblem.tooMany : EndpointProblem.taken(name)
            }
            let endpoint = try Endpoint(row)
            try await connection.execute(
                "insert into notify.endpoint_secret (endpoint_id, secret) values (\(endpoint.id), \(Bytes(secret.bytes)))"
            )
            return endpoint
        }
        return (endpoint, secret)
    }

    /// Changes what is given and leaves the rest.
    func change(
        _ reference: EndpointReference, url: String? = nil, topics: [String]? = nil
    ) async throws -> Endpoint {
        let url = try url.map { try EndpointBook.checked(url: $0) }
        let topics = try topics.map { try EndpointBook.checked(topics: $0) }
        return try await update(reference, "url = coalesce(\(url), url), topics = coalesce(\(topics), topics)")
    }

    /// From now on it gets everything again; what failed meanwhile can be replayed.
    func enable(_ reference: EndpointReference) async throws -> Endpoint {
        try await update(reference, "disabled_at = null, disabled_reason = null, failing_since = null")
    }

    func disable(_ reference: EndpointReference, reason: String) async throws -> Endpoint {
        try await update(
            reference, "disabled_at = coalesce(disabled_at, now()), disabled_reason = \(String(reason.prefix(500)))")
    }

    /// Its deliveries stay, and say that it was removed.
    func remove(_ reference: EndpointReference) async throws {
        let removed = try await pool.execute("delete from notify.endpoint where \(fragment: reference.condition)")
        guard removed > 0 else { throw EndpointProblem.unknown(reference) }
    }

    /// A new secret, given back this once. Those before it go on signing for `overlap`, at most a week.
    func rotate(
        _ reference: EndpointReference, overlap: Duration = EndpointBook.overlap
    ) async throws -> EndpointSecret {
        guard (.zero ... .seconds(7 * 86_400)).contains(overlap) else {
            throw EndpointProblem(code: "bad_overlap", "The overlap is from 0 hours to 168 (a week).")
        }
        let secret = EndpointSecret.make()
        try await pool.transaction { connection in
            let row = try await connection.first(
                "select id from notify.endpoint where \(fragment: reference.condition) for update")
            guard let row else { throw EndpointProblem.unknown(reference) }
            let id: Int64 = try row["id"]
            try await connection.execute(
                "delete from notify.endpoint_secret where endpoint_id = \(id) and retired_at <= now()")
            try await connection.execute(
                """
                update notify.endpoint_secret set retired_at = now() + \(overlap)
                where endpoint_id = \(id) and retired_at is null
                """)
            try await connection.execute(
                "insert into notify.endpoint_secret (endpoint_id, secret) values (\(id), \(Bytes(secret.bytes)))")
        }
        return secret
    }

    private func update(_ reference: EndpointReference, _ changes: SQL) async throws -> Endpoint {
        let row = try await pool.first(
            """
            update notify.endpoint set \(fragment: changes) where \(fragment: reference.condition) returning *
            """)
        guard let row else { throw EndpointProblem.unknown(reference) }
        return try Endpoint(row)
    }
}

extension EndpointBook {
    /// Every topic that an endpoint can ask for.
    static var topics: [String] {
        TopicWebhook.all.map(\.topic.rawValue) + [Topic.messageRequested.rawValue]
    }

    private static func checked(name: String) throws -> String {
        let name = name.trimmingCharacters(in: .whitespaces)
        guard (1...200).contains(name.unicodeScalars.count), Words.plain(Array(name.utf8), limit: 201) == name else {
            throw EndpointProblem(code: "bad_name", "An endpoint's name has 1 to 200 characters on one line.")
        }
        return name
    }

    /// The form alone is checked here: where a name leads to may change, and is checked at each attempt.
    private static func checked(url: String) throws -> String {
        do {
            return try EndpointURL(url).description
        } catch let fault as EndpointURLFault {
            throw EndpointProblem(code: "bad_url", fault.description)
        }
    }

    private static func checked(topics: [String]) throws -> [String] {
        for topic in topics where !EndpointBook.topics.contains(topic) {
            throw EndpointProblem(
                code: "unknown_topic",
                "\(topic.prefix(60)) is no topic of webhooks; there are \(EndpointBook.topics.sorted().joined(separator: ", "))."
            )
        }
        return Array(Set(topics)).sorted()
    }
}

/// What is wrong with a request about endpoints or deliveries: a word for programs and a sentence for people.
struct EndpointProblem: Error, Equatable, Sendable {
    let code: String
    let words: String

    init(code: String, _ words: String) {
        self.code = code
        self.words = words
    }

    static func unknown(_ reference: EndpointReference) -> EndpointProblem {
        EndpointProblem(
            code: "unknown_endpoint", "There is no endpoint \(reference): see notifier endpoint list.")
    }
    static func taken(_ name: String) -> EndpointProblem {
        EndpointProblem(code: "name_taken", "There is an endpoint named \(name) already.")
    }
    static let tooMany = EndpointProblem(
        code: "too_many_endpoints", "There are \(EndpointBook.limit) endpoints already: remove one.")
}

extension EndpointProblem: LocalizedError {
    var errorDescription: String? { words }
}
