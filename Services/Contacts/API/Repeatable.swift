import Chassis
import Crypto
import HTTPTypes
import Hummingbird
import Postgres

/// A POST that may be sent again, by its `Idempotency-Key`: done once, and answered each time with the first answer. What
/// was refused is not remembered, so that it can be mended and sent again under the same key.
///
/// The answer is kept in the transaction of the change itself. So there is no moment at which one is there without the
/// other, and of two at once the second waits for the first.
struct Repeatable: Sendable {
    /// How long an answer is kept.
    static let kept = "24 hours"
    private static let longestKey = 200

    /// As the API's description has it.
    static let parameter: JSON = [
        "name": "Idempotency-Key", "in": "header", "required": false,
        "description": "done once under this key, however often it is sent; a UUID, say",
        "schema": ["type": "string", "pattern": .string("^[!-~]{1,\(longestKey)}$")],
    ]

    /// What is kept and said again.
    struct Answer: Sendable {
        var status: HTTPResponse.Status = .ok
        let body: JSONText
    }

    private let name: HTTPField.Name?
    private let key: String?
    private let apiKey: Int64
    private let digest: Bytes

    /// - Parameter body: as it came; the same key with another one is a mistake.
    init(_ request: Request, _ context: ContactsContext, body: [UInt8]) throws(HTTPProblem) {
        name = HTTPField.Name("Idempotency-Key")
        key = name.flatMap { request.headers[$0] }
        if let key {
            let isPlain = key.utf8.allSatisfy { (0x21...0x7E).contains($0) }
            guard isPlain, (1...Self.longestKey).contains(key.utf8.count) else {
                throw HTTPProblem(
                    .badRequest, code: "bad_idempotency_key",
                    "Idempotency-Key can't be read: expected 1 to \(Self.longestKey) characters of ASCII without blanks, "
                        + "such as a UUID.")
            }
        }
        apiKey = context.key?.id ?? 0
        digest = Bytes(SHA256.hash(data: Array("\(request.method) \(request.uri.path)\n".utf8) + body))
    }

    /// Does the work in a transaction, unless it was done under this key.
    func run(
        _ pool: PostgresPool, _ work: @escaping @Sendable (PostgresConnection) async throws -> Answer
    ) async throws -> Response {
        let (answer, isRepeated) = try await pool.transaction { connection in
            if let before = try await begin(in: connection) { return (before, true) }
            let answer = try await work(connection)
            if let key {
                try await connection.execute(
                    """
                    update crm.idempotency set status = \(Int32(answer.status.code)), answer = \(answer.body.text)
                    where api_key_id = \(apiKey) and key = \(key)
                    """)
            }
            return (answer, false)
        }
        var response = JSONBody.answer(answer.body, answer.status)
        if isRepeated, let replayed = HTTPField.Name("Idempotency-Replayed") { response.headers[replayed] = "true" }
        return response
    }

    /// The answer of the time before; nil where this is the first, or there is no key. Waits for one that is under way.
    private func begin(in connection: PostgresConnection) async throws -> Answer? {
        guard let key else { return nil }
        let made = try await connection.execute(
            """
            insert into crm.idempotency (api_key_id, key, digest) values (\(apiKey), \(key), \(digest)) on conflict do nothing
            """)
        if made > 0 { return nil }
        let found = try await connection.first(
            "select digest, status, answer from crm.idempotency where api_key_id = \(apiKey) and key = \(key)")
        // It was tidied away between the two statements: whoever sends it again makes it anew.
        guard let found, let status: Int32 = try found["status"] else {
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "try_again", "The answer to this Idempotency-Key is gone: send it again.",
                after: 1)
        }
        let before: Bytes = try found["digest"]
        guard before == digest else {
            throw HTTPProblem(
                .conflict, code: "idempotency_key_reused",
                "This Idempotency-Key came before with another request: give each request its own.")
        }
        let text: String = try found["answer"]
        return Answer(status: HTTPResponse.Status(code: Int(status)), body: JSONText(text))
    }
}
