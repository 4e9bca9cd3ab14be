import Postgres

/// By whom and how something is written.
struct Origin: Sendable {
    /// Who did it, for the audit: `user anna`, `key 3`, `import 12`, `job 77`.
    let actor: String
    /// What `source` columns are set to: api, import, usage, or the import's own word.
    let source: String
    /// Declared history: it counts as known since it happened.
    var isHistory = false
    /// A file says who consents without saying since when, so it never turns a refusal into a grant.
    var keepsRefusals = false
    /// A file may name owners who are no users yet; they are made.
    var makesUsers = false
}

/// What became of one line or body.
enum Verdict: Sendable, Equatable {
    case made
    case changed
    case unchanged
    case refused(Refusal)

    /// Made beats changed beats unchanged.
    func joined(with other: Verdict) -> Verdict {
        switch (self, other) {
        case (.refused, _): self
        case (_, .refused): other
        case (.made, _), (_, .made): .made
        case (.changed, _), (_, .changed): .changed
        default: .unchanged
        }
    }

    var word: String {
        switch self {
        case .made: "made"
        case .changed: "changed"
        case .unchanged: "unchanged"
        case .refused: "refused"
        }
    }
}

/// Something with a key that is written in bulk. Within one call every key stands once.
protocol Draft: Sendable {
    /// What may be said of it: of a line or body, the reader and the API's description know these fields and no others.
    static var fields: [Field] { get }
    /// Which of the fields is its key.
    static var keyField: String { get }
    /// What fields must be together.
    static var rules: [Rule] { get }
    var key: String { get }
    /// Takes over what was read by the shapes of the fields.
    init(_ fields: Fields) throws
    /// Writes the drafts in the caller's transaction, publishes what changed, and answers a verdict for each, in order.
    static func write(_ drafts: [Self], _ origin: Origin, in connection: PostgresConnection) async throws -> [Verdict]
}

extension Draft {
    static var rules: [Rule] { [] }

    /// Reads a line or a body.
    static func read(_ fields: Fields, _ writing: Writing) throws -> Self {
        try Self(try fields.read(Self.fields, writing))
    }

    /// Writes one draft. A refusal is thrown.
    func write(_ origin: Origin, in connection: PostgresConnection) async throws -> Verdict {
        let verdict = try await Self.write([self], origin, in: connection).first ?? .unchanged
        if case .refused(let refusal) = verdict { throw refusal }
        return verdict
    }
}
