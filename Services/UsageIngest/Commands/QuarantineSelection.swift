import ArgumentParser
import Postgres

/// Which rows of the quarantine are meant.
struct QuarantineSelection: ParsableArguments {
    @Option(help: "Only those whose reason holds this text.") var reason: String?
    @Option(help: "Only those that came within this time: 30m, 12h, 7d.") var since: String?
    @Option(help: "Only by this write key: its first characters, as contacts key list shows them.") var key: String?
    @Option(name: .customLong("import"), help: "Only out of this import, by its id in usage.import.") var importID:
        Int64?

    func validate() throws {
        guard since.map({ Span.seconds($0) != nil }) ?? true else {
            throw ValidationError("--since is a number with s, m, h or d, such as 12h")
        }
    }

    /// Whether anything was said.
    var isEmpty: Bool { reason == nil && since == nil && key == nil && importID == nil }

    /// On `usage.quarantine q` and its key `k`.
    var condition: SQL {
        let span = since.flatMap(Span.seconds)
        let path = importID.map(Importer.place)
        return """
            (\(reason) is null or position(lower(\(reason)) in lower(q.reason)) > 0)
            and (\(span) is null or q.received_at > now() - make_interval(secs => \(span)))
            and (\(key) is null or starts_with(k.hint, \(key)) or starts_with(\(key), k.hint))
            and (\(path) is null or q.path = \(path))
            """
    }
}
