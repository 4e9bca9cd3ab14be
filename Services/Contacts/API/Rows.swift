import Chassis
import Hummingbird
import Model
import Postgres

/// Many drafts in one body, each with a verdict of its own.
enum Rows<Item: Draft> {
    static var verdict: Shape {
        .named(
            "Verdict",
            .record([
                .optional("key", .words, "of the row; null where it has none that can be read"),
                .needed("result", .choice(["made", "changed", "unchanged", "refused"]), "what became of it"),
                .optional("code", .words, "why it was refused, for programs"),
                .optional("field", .words, "which field was at fault"),
                .optional("message", .words, "why it was refused, for people"),
            ]))
    }

    private struct Row: Sendable {
        let place: Int
        let draft: Item
    }

    /// Those that can be taken are taken; of a key that stands twice the first counts.
    static func post(_ call: Call, _ folder: String) async throws -> Response {
        let (body, bytes) = try await call.body()
        guard case .list(let items)? = body.raw(folder) else {
            throw body.refusal(folder, "is missing: expected a list")
        }
        var results: [JSON] = []
        var rows: [Row] = []
        var keys: Set<String> = []
        for (place, item) in items.enumerated() {
            guard case .object(let values) = item else {
                let reason = "expected an object, found \(item.kind)"
                results.append(answer(nil, .refused(body.refusal("\(folder)[\(place)]", reason))))
                continue
            }
            let fields = Fields(values, place: "\(folder)[\(place)].")
            results.append(answer(Self.key(of: fields), .unchanged))
            do {
                let draft = try Item.read(fields, .json)
                guard keys.insert(draft.key).inserted else {
                    throw fields.refusal(Item.keyField, "stands twice in this body: send each once")
                }
                rows.append(Row(place: place, draft: draft))
            } catch let refusal as Refusal {
                results[place] = answer(Self.key(of: fields), .refused(refusal))
            }
        }
        let (given, read, origin) = (rows, results, call.origin)
        return try await call.once(bytes) { connection in
            var results = read
            let verdicts = try await Item.writeEach(given.map(\.draft)[...], origin, in: connection)
            for (row, verdict) in zip(given, verdicts) {
                results[row.place] = answer(row.draft.key, verdict.placed(in: "\(folder)[\(row.place)]."))
            }
            let written = zip(given, verdicts).filter { $1 == .made || $1 == .changed }.map(\.0.draft.key)
            if !written.isEmpty {
                let detail = try JSONText(encoding: ["keys": written])
                try await Audit.record(origin.actor, "put", folder, detail, in: connection)
            }
            return Repeatable.Answer(body: try JSONText(encoding: JSON.object(["results": .array(results)])))
        }
    }

    private static func key(of fields: Fields) -> String? {
        (try? fields.read(Item.keyField, .key))?.text(Item.keyField).value
    }

    private static func answer(_ key: String?, _ verdict: Verdict) -> JSON {
        var refusal: Refusal?
        if case .refused(let why) = verdict { refusal = why }
        func text(_ text: String?) -> JSON { text.map(JSON.string) ?? .null }
        return [
            "key": text(key), "result": .string(verdict.word), "code": text(refusal?.code),
            "field": text(refusal?.field),
            "message": text(refusal?.description),
        ]
    }
}

extension Verdict {
    fileprivate func placed(in place: String) -> Verdict {
        if case .refused(let refusal) = self { .refused(refusal.placed(in: place)) } else { self }
    }
}
