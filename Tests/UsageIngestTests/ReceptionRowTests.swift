import Chassis
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

@Suite struct ReceptionRowTests {
    private static let now = UTCTime(microseconds: 1_795_459_265_000_000)
    private static let reception = Reception(
        receivedAt: now, isHistorical: false, keptDays: now.day.advanced(by: -60)..<now.day.advanced(by: 60))

    private func parcel(_ format: String, key: Int64?, ages: [Int64], refused: Int = 0, isHistorical: Bool = false)
        throws -> Parcel
    {
        var parcel = Parcel(format: format, path: "", keyID: key, receivedAt: Self.now, envelope: nil)
        let reception = Reception(receivedAt: Self.now, isHistorical: isHistorical, keptDays: Self.reception.keptDays)
        for (index, age) in ages.enumerated() {
            let message = Message(
                call: .event(name: "e"), id: "m\(index)", user: "u", time: Self.now.advanced(by: -age * 1_000_000))
            let entry = try reception.entry(for: message, position: index, repairs: index == 0 ? ["mended"] : [])
            parcel.entries.append(.init(index: index, entry: entry, source: [1, 2, 3][...]))
        }
        for index in 0..<refused {
            parcel.refused.append(
                .init(index: ages.count + index, refusal: Refusal(place: "", reason: "r"), source: [1][...]))
        }
        return parcel
    }

    @Test func messagesAreCountedByFormatAndKey() throws {
        let parcels = [
            try parcel("segment", key: 1, ages: [0, 1, 5, 61, 5_000, 90_000, 900_000]),
            try parcel("plain", key: 1, ages: [2]),
            try parcel("segment", key: 1, ages: [0, 0], refused: 2),
            try parcel("csv", key: nil, ages: [400_000], isHistorical: true),
        ]
        let batch = Batch(parcels)
        let fates = batch.rows.map { row -> (origin: Batch.Origin, fate: Fate) in
            (row.origin, row.origin == .init(parcel: 2, index: 1) ? .duplicate : .written)
        }
        let rows = ReceptionRow.rows(of: batch, fates, at: Self.now.advanced(by: 20_000))
        #expect(rows.map(\.source.format) == ["segment", "plain", "csv"] && rows.map(\.source.keyID) == [1, 1, nil])
        let segment = rows[0]
        #expect(segment.accepted == 8 && segment.duplicates == 1 && segment.quarantined == 2 && segment.repaired == 2)
        #expect(segment.bytes == 9 * 3 + 2 && segment.wait == 11 * 20 && segment.longestWait == 20)
        #expect(segment.lags == [3, 1, 0, 1, 0, 1, 2])
        #expect(rows[2].accepted == 1 && rows[2].lags.allSatisfy { $0 == 0 }, "history says nothing of a lag")
    }

    /// What is counted is what is there, folded or not, and the views say it.
    @Test func countsEqualTheEventsBeforeAndAfterFolding() async throws {
        try await Ingest.with { ingest in
            for round in 0..<3 {
                let calls = [
                    track(id: "m1"), track(id: "n\(round)"), "7", track(id: "x\(round)", "\"properties\":{\"n\":NaN}"),
                ]
                #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            }
            func told() async throws -> [[Int64]] {
                try await ["report.ingest", "report.ingest_minute"].asyncMap { view in
                    let row = try await ingest.database.pool(as: "holdfast_report", size: 1).first(
                        """
                        select sum(received)::bigint as received, sum(accepted)::bigint as accepted, sum(repaired)::bigint as repaired,
                            sum(duplicates)::bigint as duplicates, sum(quarantined)::bigint as quarantined
                        from report.\(identifier: String(view.dropFirst(7))) where key = 'test' and format = 'segment'
                            and lag_p50_s is not null and bytes > 0 and rate > 0 and wait_most_ms >= 0
                        """)
                    return try ["received", "accepted", "repaired", "duplicates", "quarantined"].map {
                        try row?[$0] ?? -1
                    }
                }
            }
            #expect(try await told() == [[12, 7, 3, 2, 3], [12, 7, 3, 2, 3]])
            let folding = ReceptionFolding(pool: ingest.runtime.pool, logger: Ingest.quiet)
            try await folding.fold()
            #expect(try await ingest.count("select count(*) from usage.reception_delta") == 0)
            #expect(try await told() == [[12, 7, 3, 2, 3], [12, 7, 3, 2, 3]])
            #expect(try await ingest.post("/v1/batch", batch([track(id: "y")])).status == 200)
            try await folding.fold()
            #expect(try await told()[0] == [13, 8, 3, 2, 3])
        }
    }

    /// What else is done in the background at that time must not keep the counts from being folded.
    @Test func countsAreFoldedWhileDaysAreSettled() async throws {
        try await Ingest.with { ingest in
            #expect(try await ingest.post("/v1/batch", batch([track(id: "m1")])).status == 200)
            try await ingest.database.owner.transaction { settling in
                _ = try await settling.first("select pg_advisory_xact_lock(\(Settling.lock))")
                try await ReceptionFolding(pool: ingest.runtime.pool, logger: Ingest.quiet).fold()
                #expect(try await ingest.count("select count(*) from usage.reception") == 1)
            }
        }
    }

    @Test func quarantineIsToldByReason() async throws {
        try await Ingest.with { ingest in
            let calls = ["7", "8", track(at: "2019-01-01T00:00:00Z"), track(at: "2018-01-01T00:00:00Z")]
            #expect(try await ingest.post("/v1/batch", batch(calls)).status == 200)
            let rows = try await ingest.database.pool(as: "holdfast_report", size: 1).query(
                "select reason, messages, waiting, example_place from report.quarantine order by reason collate \"C\"")
            #expect(try rows.map { try $0["messages"] as Int64 } == [2, 2])
            let reasons: [String] = try rows.map { try $0["reason"] }
            #expect(reasons[0].hasPrefix("#-#-# is outside of the kept months") && reasons[1] == "expected an object")
            #expect(try rows[0]["example_place"] == "/timestamp" && rows[1]["waiting"] == Int64(2))
        }
    }

    /// Kept for 30 and 90 days, by partitions.
    @Test func countsAndQuarantineGoWhenTheirTimeIsOver() async throws {
        try await Ingest.with { ingest in
            #expect(try await ingest.post("/v1/batch", batch(["7", track(id: "m1")])).status == 200)
            try await ReceptionFolding(pool: ingest.runtime.pool, logger: Ingest.quiet).fold()
            func left(after days: Int32) async throws -> [Int] {
                _ = try await ingest.database.owner.first(
                    "select holdfast.maintain_partitions(now() + make_interval(days => \(days)))")
                return [
                    try await ingest.count("select count(*) from usage.reception"),
                    try await ingest.count("select count(*) from usage.quarantine"),
                ]
            }
            #expect(try await left(after: 29) == [1, 1])
            #expect(try await left(after: 40) == [0, 1])
            #expect(try await left(after: 89) == [0, 1])
            #expect(try await left(after: 125) == [0, 0])
        }
    }
}

extension Sequence {
    fileprivate func asyncMap<Result>(_ transform: (Element) async throws -> Result) async rethrows -> [Result] {
        var results: [Result] = []
        for element in self { results.append(try await transform(element)) }
        return results
    }
}
