import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct OrderEventTests {
    private func jobs(_ ingest: Ingest) async throws -> [Int] {
        let rows = try await ingest.database.owner.query(
            "select jsonb_array_length(payload->'events') from queue.job where kind = 'order.received' order by id")
        return try rows.map { try $0[0] }
    }

    @Test func ordersOfAnyFormatAreToldOnce() async throws {
        try await Ingest.with { ingest in
            let bodies = [
                (
                    "/v1/batch",
                    batch([track("Order Completed", id: "1"), track("Order Completed", id: "1"), track(id: "2")])
                ),
                ("/v1/track", track("Order Refunded", id: "3")),
                ("/v1/events", #"{"event":"Checkout Started","user":"u","id":"4"}"#),
                ("/e", #"{"event":"Order Completed","distinct_id":"u","uuid":"5"}"#),
                (
                    "/v1/cloudevents",
                    #"{"specversion":"1.0","id":"6","source":"s","type":"Order Completed","subject":"u"}"#
                ),
                ("/v1/track", track("order completed", id: "7")),
            ]
            for (path, body) in bodies + bodies { #expect(try await ingest.post(path, body).status == 200) }
            #expect(try await jobs(ingest) == [1, 1, 1, 1, 1])
            let known = try await ingest.count(
                """
                select count(*) from usage.order_event o join usage.event e using (subject_id, message_id, sent_on)
                where e.event <> 'order completed'
                """)
            #expect(known == 5)
        }
    }

    @Test func manyAreToldInSeveralJobs() async throws {
        try await Ingest.with { ingest in
            let calls = (0..<900).map { track("Order Completed", id: "m\($0)", user: "u\($0)") }
            // By COPY, then as duplicates among new ones.
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            #expect(try await jobs(ingest) == [400, 400, 100])
            let more = calls + [track("Order Completed", id: "new")]
            #expect(try await ingest.post("/v1/batch", batch(more)).status == 200)
            #expect(try await jobs(ingest) == [400, 400, 100, 1])
            let longest = try await ingest.count(
                "select max(octet_length(payload::text)) from queue.job where kind = 'order.received'")
            #expect(longest <= Topic.payloadLimit)
        }
    }
}
