import Model
import Postgres

/// What drafts say of custom fields, judged by what is defined.
struct CustomValues: Sendable {
    /// By the drafts' keys: what is to be put over the values that are kept, null for one that goes.
    private var patches: [String: [String: FieldValue]] = [:]
    /// By the drafts' keys: those that can't be taken.
    private(set) var refusals: [String: Refusal] = [:]

    /// The patch of a draft, as JSON.
    func patch(_ key: String) throws -> String { try JSONText(encoding: patches[key] ?? [:]).text }

    /// Which fields of a draft are filled once it is written, where these are by now.
    func filled(_ key: String, before: [String]) -> Set<String> {
        var filled = Set(before)
        for (field, value) in patches[key] ?? [:] {
            if value == .null { filled.remove(field) } else { filled.insert(field) }
        }
        return filled
    }

    /// Reads what is given for each key, and refuses what has no such form, is not defined, or would leave a mandatory field
    /// empty.
    static func judge(
        _ given: [(key: String, said: Said<[String: FieldValue]>)], _ object: CustomField.Object,
        in connection: PostgresConnection
    ) async throws -> CustomValues {
        let isSaid = given.contains { $0.said != .nothing && $0.said != .value([:]) }
        let fields = try await CustomField.all(of: object, isHeld: isSaid, in: connection)
        var judged = CustomValues()
        for (key, said) in given {
            let values = said == .cleared ? fields.mapValues { _ in .null } : said.value ?? [:]
            if values.isEmpty { continue }
            do {
                judged.patches[key] = try patch(values, fields, object)
            } catch let refusal as Refusal {
                // Which type a field has is kept, not said: what doesn't fit it may fit another day.
                let code = refusal.code == Refusal.invalid ? "bad_field_value" : refusal.code
                judged.refusals[key] = Refusal(refusal.field, refusal.reason, code: code)
            }
        }
        let mandatory = fields.values.filter(\.isMandatory).map(\.key).sorted()
        if mandatory.isEmpty { return judged }
        let keys = given.map(\.key).filter { judged.refusals[$0] == nil }
        let rows = try await connection.query(
            """
            select g.key, (
                select m.field from unnest(\(mandatory)) with ordinality as m (field, place)
                where not jsonb_strip_nulls(coalesce(t.fields, '{}') || g.patch::jsonb) ? m.field order by m.place limit 1
            ) as missing
            from unnest(\(keys), \(try keys.map { try judged.patch($0) })) as g (key, patch)
            left join \(fragment: object.table) t on t.key = g.key
            """)
        for row in rows {
            let (key, missing) = try row.decode(String.self, String?.self)
            guard let field = missing.flatMap({ fields[$0] }) else { continue }
            judged.refusals[key] = Refusal.conflict(
                "fields.\(field.key)", "is mandatory and would be empty: expected \(field.expectation)",
                code: "field_needed")
        }
        return judged
    }

    private static func patch(
        _ values: [String: FieldValue], _ fields: [String: CustomField], _ object: CustomField.Object
    ) throws -> [String: FieldValue] {
        var patch: [String: FieldValue] = [:]
        for (key, value) in values.sorted(by: { $0.key < $1.key }) {
            guard let field = fields[key] else {
                let known = fields.keys.sorted().joined(separator: ", ")
                throw Refusal.conflict(
                    "fields.\(key)",
                    "is no field of \(object.rawValue)s: "
                        + (known.isEmpty ? "none is defined yet" : "there are \(known)"), code: "unknown_field")
            }
            patch[key] = try field.kept(value)
        }
        return patch
    }
}

extension CustomField {
    /// What a value looks like, for a refusal.
    var expectation: String {
        switch kind {
        case .text: "a text"
        case .number: "a number"
        case .money: "money such as 12.50 EUR"
        case .date: "a day such as 2026-05-31"
        case .choice: "one of \(choices.joined(separator: ", "))"
        case .multiChoice: "some of \(choices.joined(separator: ", "))"
        case .bool: "true or false"
        }
    }
}
