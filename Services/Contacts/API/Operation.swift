import HTTPTypes
import Hummingbird

/// One operation of the API: what the router runs, and what the description says of it.
struct Operation: Sendable {
    let method: HTTPRequest.Method
    /// With its parameters in braces: `/v1/accounts/{key}`.
    let path: String
    /// Unique, for programs that are made from the description: `putAccount`.
    let id: String
    /// What it does, as a sentence without its full stop.
    let summary: String
    /// Parameters in the path, in their order.
    var places: [Field] = []
    var query: [Field] = []
    /// Of a body as JSON; nil where there is none.
    var body: Shape?
    /// Of a body that is no JSON but a file: its media type.
    var bodyType: String?
    /// Of answers that are no JSON but a file: the media types that they may have.
    var answerTypes: [String] = []
    /// Takes If-Match and If-None-Match.
    var isConditional = false
    /// Takes an Idempotency-Key.
    var isRepeatable = false
    /// Needs no key.
    var isOpen = false
    let answers: [Answer]
    /// Beyond those that every operation of its kind has.
    var problems: [Problem] = []
    let run: @Sendable (Call) async throws -> Response

    /// An answer of a request that was right.
    struct Answer: Sendable {
        var status: HTTPResponse.Status = .ok
        let words: String
        let shape: Shape
        /// The ETag is the record's version.
        var isVersioned = false
    }

    /// An answer that says what is wrong.
    struct Problem: Sendable {
        let status: HTTPResponse.Status
        let codes: [String]
        let words: String
    }
}

extension Operation.Problem {
    /// There is no such thing at this path.
    static func unknown(_ noun: String) -> Self {
        Self(
            status: .notFound, codes: ["unknown_\(noun.replacing(" ", with: "_"))"],
            words: "There is no \(noun) with this key.")
    }

    /// Refusals with these codes, which are of one status.
    static func refusal(_ codes: String..., words: String) -> Self {
        let statuses = Set(codes.map { Refusal(nil, words, code: $0).status })
        precondition(statuses.count == 1, "codes of one status: \(codes)")
        return Self(status: statuses.first ?? .conflict, codes: codes, words: words)
    }

    static let badTag = refusal("bad_tag", words: "A tag holds a ;, which stands between tags in files.")

    static let noSuchAccount = refusal(
        "unknown_account", words: "There is no account with the key that the query names.")

    static let unknownAccount = refusal(
        "unknown_account", words: "There is no account with the key that the body names.")
}
