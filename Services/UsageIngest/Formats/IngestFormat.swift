import HTTPTypes

/// A way in which senders write events: one file in this folder and one line in `Formats.all`. It turns the bytes of a
/// request into messages, with a refusal for each one that it can't read. It decides nothing else.
protocol IngestFormat: Sendable {
    /// Stands in `usage.quarantine.format` and in metrics; never changes.
    var name: String { get }
    /// The paths of its POST routes; each is served with a slash at its end too.
    var paths: [String] { get }
    /// The names of the query's field in which browsers send the write key.
    var queryKeys: [String] { get }
    /// Its senders pack bodies with gzip without a header that says so.
    var packsUnsaid: Bool { get }
    /// Reads a whole body. Throws only where there is no telling one message from another.
    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission
    /// The body of the answer 200; nil makes it 204, for clients that insist.
    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue?
}

extension IngestFormat {
    var queryKeys: [String] { [] }
    var packsUnsaid: Bool { false }
}

/// What a format reads: one request's body, unpacked.
struct IngestBody: Sendable {
    /// The path that it came by, one of the format's.
    let path: String
    let bytes: [UInt8]
    /// As they came; none for a message out of quarantine.
    var headers: HTTPFields = [:]
    var query = FormFields()
    /// It is one message out of a body, whatever it looks like: out of quarantine, or a line of a file.
    var isMessage = false
    /// For such a message: what stood around it in its body, as JSON text.
    var envelope: [UInt8]?
}

/// A body that can't be told apart into messages.
struct UnreadableBody: Error, Equatable, Sendable {
    /// `foreign`: in a type of content that the format doesn't read.
    enum Kind: Sendable { case malformed, tooMany, foreign }
    var kind = Kind.malformed
    /// Where, as a JSON pointer; nil where it is no JSON.
    var place: String?
    let reason: String
}

/// What a body holds.
struct Submission: Sendable {
    /// A write key inside of the body, for clients that send no header.
    var key: String?
    /// Declared history.
    var isHistorical = false
    var items: [Item] = []
    /// What applies to all items and stands beside them; kept with those that go to quarantine.
    var envelope: [UInt8]?

    struct Item: Sendable {
        /// Its own bytes, as they came.
        let source: ArraySlice<UInt8>
        /// What was mended in it: place and words.
        var repairs: [String] = []
        let reading: Result<Message, Refusal>
        /// The sender's id for it, where the answer goes by ids.
        var id: String?
    }
}

/// What became of one message.
struct Verdict: Sendable, Equatable {
    enum Status: String, Sendable { case accepted, duplicate, repaired, quarantined }
    let status: Status
    /// Why it is in quarantine, or what was mended.
    var reason: String?
}

extension Verdict {
    /// `{"results": [{"index", "status", "reason"}]}`: each message's verdict, in order.
    static func list(_ verdicts: [Verdict]) -> JSONValue {
        let results = verdicts.enumerated().map { index, verdict -> JSONValue in
            var members: [JSONObject.Member] = [
                .init(name: "index", value: .number("\(index)")),
                .init(name: "status", value: .string(verdict.status.rawValue)),
            ]
            if let reason = verdict.reason { members.append(.init(name: "reason", value: .string(reason))) }
            return .object(JSONObject(members))
        }
        return .object(JSONObject([.init(name: "results", value: .array(results))]))
    }
}
