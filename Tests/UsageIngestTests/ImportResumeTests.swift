import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// An import that is broken off goes on where it was, and only with the file that it was.
@Suite struct ImportResumeTests {
    /// Killed at some moment and started again, over and over: in the end every line is there once, and so are the counts.
    @Test(arguments: ["csv", "ndjson.gz"]) func killedItGoesOnWhereItWas(_ form: String) async throws {
        try await Importing.with { given in
            let (lines, day) = (60_000, Importing.day(4))
            var text = form == "csv" ? "event,user,time,id\n" : ""
            for n in 0..<lines {
                text +=
                    form == "csv"
                    ? "e,u\(n % 50),\(day)T10:00:00Z,m\(n)\n"
                    : #"{"event":"e","user":"u\#(n % 50)","time":"\#(day)T10:00:00Z","id":"m\#(n)"}"# + "\n"
            }
            let path = try given.file(
                "events.\(form)", form == "csv" ? Array(text.utf8) : Packed.bytes(Array(text.utf8)))
            var kills = 0
            for part in 1...3 {
                let program = try RunningProgram("usage-ingest", ["import", path], environment: given.environment)
                try await eventually("some more is committed, or all") {
                    if program.exitNow != nil { return true }
                    return try await given.count("select coalesce(max(lines), 0)::bigint from usage.import") >= part
                        * 6_000
                }
                program.signal(SIGKILL)
                if await program.exit == .signal(SIGKILL) { kills += 1 }
            }
            #expect(kills > 0, "it was quicker than the test")
            let output = try await given.take(path)
            #expect(output.contains("Going on behind line"), "\(output)")
            let heading = form == "csv" ? 1 : 0
            let counts = try await given.texts(
                """
                select concat_ws(' ', lines, accepted, duplicates, quarantined, finished_at is not null) from usage.import
                """)
            #expect(counts == ["\(lines + heading) \(lines) 0 0 t"])
            #expect(try await given.count("select count(*) from usage.event") == lines)
            #expect(try await given.count("select sum(accepted)::bigint from usage.reception_part") == lines)
            #expect(try await given.database.dailyDiffersFromRecount() == 0)
        }
    }

    @Test func aFileThatChangedBeginsAnew() async throws {
        try await Importing.with { given in
            let line = { (n: Int) in #"{"event":"e","user":"u","time":"\#(Importing.day(1))","id":"m\#(n)"}"# + "\n" }
            let path = try given.file("events.ndjson", (0..<20).map(line).joined())
            try await given.take(path)
            // As a run that was broken off behind ten lines would have left it, but of another file.
            try await given.database.owner.execute(
                "update usage.import set finished_at = null, lines = 10, read_bytes = \(Int64(line(0).utf8.count * 10))"
            )
            let output = try await given.take(path)
            #expect(output.contains("has changed") && output.contains("20 there already"), "\(output)")
            #expect(try await given.count("select count(*) from usage.import") == 2)
        }
    }

    @Test func twoAtOnceDoNotMixTheirPlaces() async throws {
        try await TestDatabase.with { database in
            let pool = try await database.pool(as: .usageIngest)
            let order = ImportRun.Order(file: "f", format: .csv, source: "s", map: ["a": "event"], isHistorical: false)
            let run = try await ImportRun.begin(order, size: 7, in: pool)
            let place = ImportRun.Place(offset: 100, lines: 3, digest: "d")
            try await pool.transaction { try await run.note(ImportTally(accepted: 3), from: 0, to: place, in: $0) }
            await #expect(throws: (any Error).self) {
                try await pool.transaction { try await run.note(ImportTally(accepted: 3), from: 0, to: place, in: $0) }
            }
            let found = try #require(try await ImportRun.unfinished(order, in: pool))
            #expect(
                found.id == run.id && found.readBefore == 100 && found.tallyBefore.accepted == 3
                    && found.digestBefore == "d")
            var other = order
            other = ImportRun.Order(file: "f", format: .csv, source: "s", map: [:], isHistorical: false)
            #expect(try await ImportRun.unfinished(other, in: pool) == nil)
            try await found.finish(in: pool)
            #expect(try await ImportRun.unfinished(order, in: pool) == nil)
        }
    }
}
