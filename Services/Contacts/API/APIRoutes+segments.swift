import Chassis
import HTTPTypes
import Hummingbird
import Model
import Postgres
import Segments

extension APIRoutes {
    func addSegments(to api: Group) {
        api.get("segments") { request, _ in
            let query = try PageQuery(request)
            return try await page(
                "select * from report.segment where segment > \(query.after) order by segment", key: "segment", query)
        }
        api.get("segments/:key") { _, context in
            let key = try context.piece("key")
            return try await shown(.segment(key), "select to_jsonb(s) from report.segment s where segment = \(key)")
        }
        api.put("segments/:key") { request, context in try await putSegment(request, context) }
        api.post("segments/check") { request, _ in
            let fields = try JSONBody.fields(try await JSONBody.bytes(request))
            try fields.allow(only: ["expression"])
            let expression = try fields.needed("expression", atMost: Segment.longestText, lines: true)
            return try JSONBody.answer(try await SegmentCheck.run(try await compiled(expression), in: pool))
        }
        api.get("segments/:key/members") { request, context in try await members(request, try context.piece("key")) }
    }

    private func putSegment(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let key = try context.piece("key")
        let fields = try JSONBody.fields(try await JSONBody.bytes(request))
        try fields.allow(only: ["name", "expression"])
        let definition = SegmentDefinition(
            key: key, name: try fields.text("name", atMost: 200).value ?? key,
            expression: try fields.needed("expression", atMost: Segment.longestText, lines: true))
        guard SegmentDefinition.isKey(key) else { throw Refusal(nil, "\(SegmentDefinition.Fault.badKey)") }
        let origin = origin(context)
        return try await put(.segment(key), request) { connection in
            do {
                return try await SegmentDefinition.define(definition, by: origin.actor, in: connection)
            } catch SegmentDefinition.Fault.badExpression(let error) {
                throw Refusal("expression", error.description)
            }
        }
    }

    private func compiled(_ expression: String) async throws -> CompiledSegment {
        do {
            return try await SegmentCheck.compile(expression, in: pool)
        } catch let error as SegmentError {
            throw Refusal("expression", error.description)
        }
    }

    private func members(_ request: Request, _ key: String) async throws -> Response {
        let query = try PageQuery(request)
        guard try await pool.first("select from crm.segment where key = \(key)") != nil else {
            throw HTTPProblem(
                .notFound, code: "unknown_segment",
                "There is no segment with the key “\(key)”: GET /v1/segments lists them.")
        }
        return try await page(
            """
            select account_key, entered_at from report.segment_member
            where segment = \(key) and account_key > \(query.after) order by account_key
            """, key: "account_key", query)
    }
}
