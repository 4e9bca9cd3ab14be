/// One step with its name and where it leads. In JSON: `{"name", "kind", "next", "settings"}`.
struct PlaybookStep: Codable, Sendable {
    /// What a step may name to end the run.
    static let end = "end"

    var name: String
    /// The step that follows; nil is the one written below it, `end` is none.
    var next: String?
    var step: any Step

    init(name: String, next: String?, step: any Step) {
        self.name = name
        self.next = next
        self.step = step
    }

    private enum CodingKeys: String, CodingKey { case name, kind, next, settings }

    init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        name = try container.decode(String.self, forKey: .name)
        next = try container.decodeIfPresent(String.self, forKey: .next)
        let kind = try container.decode(String.self, forKey: .kind)
        guard let type = Steps.kind(kind) else {
            throw PlaybookUnusable(words: "this release knows no steps of kind \(kind): start one that does")
        }
        step = try PlaybookStep.settings(type, container)
    }

    private static func settings<Kind: Step>(
        _ type: Kind.Type, _ container: KeyedDecodingContainer<CodingKeys>
    ) throws -> Kind {
        try container.decode(type, forKey: .settings)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(name, forKey: .name)
        try container.encode(type(of: step).kind, forKey: .kind)
        try container.encodeIfPresent(next, forKey: .next)
        try container.encode(step, forKey: .settings)
    }
}
