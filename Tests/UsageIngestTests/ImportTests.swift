import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import UsageIngest

/// `usage-ingest import`, by the program itself.
@Suite struct ImportTests {
    @Test func ndjsonIsTakenOnceHoweverOften() async throws {
        try await Importing.with { given in
            let day = Importing.day(3)
            let lines = [
                #"{"event":"e","user":"u","time":"\#(day)T10:00:00Z","id":"1"}"#, "",
                #"{"event":"e","user":"u","time":"\#(day)T10:00:00Z","properties":{"n":NaN}}"#,
                #"{"type":"track","event":"s","userId":"u","timestamp":"\#(day)T11:00:00Z","messageId":"2","sentAt":"2030-01-01T00:00:00Z"}"#,
                #"{"batch":[{"type":"track","event":"b","userId":"u","timestamp":"\#(day)T12:00:00Z","messageId":"3"},5],"context":{"groupId":"acme"}}"#,
                "no json", #"{"event":"e","user":"u"}"#, #"{"event":"e","user":"u","time":"2019-01-01"}"#,
            ]
            let path = try given.file("events.ndjson", "\u{FEFF}" + lines.joined(separator: "\r\n"))
            let verdicts = given.folder.appending(path: "verdicts.ndjson").path()
            let output = try await given.take(path, "--verdicts", verdicts)
            #expect(output.contains("4 accepted (1 repaired), 0 there already, 4 quarantined of 8 lines"), "\(output)")
            let rows = try await given.texts(
                """
                select concat_ws(' ', s.kind, s.key, e.event, to_char(e.occurred_at, 'HH24:MI'), e.historical::text) from usage.event e
                join usage.subject s on s.id = e.subject_id order by e.occurred_at, e.message_id
                """)
            #expect(
                rows
                    == ["user u e 10:00 f", "user u e 10:00 f", "user u s 11:00 f", "group acme b 12:00 f"].map {
                        $0.replacing(" f", with: " false")
                    })
            let places = try await given.texts("select place || ' ' || path from usage.quarantine order by id")
            #expect(places == ["line 5 import/1", "line 6 import/1", "line 7 import/1", "line 8/time import/1"])
            let said = try String(contentsOfFile: verdicts, encoding: .utf8).split(separator: "\n").map(String.init)
            #expect(said.count == 8 && said[0] == #"{"line":1,"status":"accepted"}"#)
            #expect(said[1] == #"{"line":3,"status":"repaired","reason":"/properties/n: NaN became null"}"#)
            #expect(said[6].hasPrefix(#"{"line":7,"status":"quarantined","reason":"line 7: has no time"#))
            let again = try await given.take(path)
            #expect(again.contains("0 accepted (0 repaired), 4 there already, 4 quarantined"), "\(again)")
            #expect(try await given.count("select count(*) from usage.event") == 4)
            #expect(try await given.database.dailyDiffersFromRecount() == 0)
            #expect(try await given.count("select count(*) from usage.mark") == 0, "what was marked is published")
        }
    }

    @Test func csvIsReadAsExcelAndPeopleWriteIt() async throws {
        try await Importing.with { given in
            let day = Importing.day(2)
            let text =
                "\u{FEFF}Event;Kunde;Zeit;rows;note\r\nExport;acme;\(day)T08:00:00Z;12;\"two\r\nlines; \"\"quoted\"\"\"\r\n"
                + "Export;;\(day)T09:00:00Z;;\r\nOnly;two\r\n;acme;\(day)T10:00:00Z;1;x\r\n"
            let path = try given.file("events.csv.gz", Packed.bytes(Array(text.utf8)))
            let output = try await given.take(path, "--map", "Kunde=group", "--map", "Zeit=time", "--history")
            #expect(output.contains("1 accepted (0 repaired), 0 there already, 3 quarantined of 6 lines"), "\(output)")
            let event = try await given.texts(
                """
                select properties->>'rows' || ' ' || (properties->>'note') || ' ' || jsonb_typeof(properties->'rows') || ' '
                    || (known_at = occurred_at)::text || ' ' || historical::text from usage.event
                """)
            #expect(event == ["12 two\r\nlines; \"quoted\" number true true"])
            let places = try await given.texts("select place || ': ' || reason from usage.quarantine order by id")
            #expect(places[0] == "line 4: names nobody: give group, user or anonymous")
            #expect(places[1].hasPrefix("line 5: has 2 fields") && places[2] == "line 6/event: is missing")
            // What stands in quarantine can be mended there, and taken as the history that it is.
            try await given.database.owner.execute(
                "update usage.quarantine set content = replace(encode(content, 'escape'), ';;', ';globex;')::bytea where place = 'line 4'"
            )
            let (exit, said) = try await RunningProgram.run(
                "usage-ingest", ["quarantine", "replay", "--all", "--import", "1"], environment: given.environment)
            #expect(exit == .code(0) && said.contains("3 rows: 1 messages written"), "\(said)")
            #expect(try await given.count("select count(*) from usage.event where historical") == 2)
        }
    }

    @Test(
        arguments: [
            (["missing.ndjson"], 65, "There is no file"), (["x.txt"], 64, "does not tell its format"),
            (["events.csv"], 65, "needs a column for event"), (["events.csv", "--map", "x"], 64, "maps nothing"),
            (["events.csv", "--format", "xml"], 64, "no format"), (["cut.ndjson.gz"], 65, "damaged or cut off"),
        ] as [([String], Int32, String)])
    func whatCannotBeTakenIsSaidInOneSentence(_ arguments: [String], _ code: Int32, _ words: String) async throws {
        try await Importing.with { given in
            _ = try given.file("events.csv", "a,b\n1,2\n")
            _ = try given.file("cut.ndjson.gz", Array(Packed.bytes(Array("{}\n".utf8)).dropLast(6)))
            let path = given.folder.appending(path: arguments[0]).path()
            let (exit, output) = try await RunningProgram.run(
                "usage-ingest", ["import", path] + arguments.dropFirst(), environment: given.environment)
            #expect(exit == .code(code) && output.contains(words), "\(exit) \(output)")
        }
    }

    @Test func standardInputIsAFileToo() async throws {
        try await Importing.with { given in
            let line = #"{"event":"e","user":"u","time":"\#(Importing.day(1))","id":"m"}"# + "\n"
            let path = try given.file("events.gz", Packed.bytes(Array(line.utf8)))
            let program = try RunningProgram.path("usage-ingest")
            for expected in ["1 accepted", "1 there already"] {
                let (exit, output) = try await RunningProgram.run(
                    "/bin/bash", ["-c", "cat '\(path)' | '\(program)' import - --format plain --source pipe"],
                    environment: given.environment)
                #expect(exit == .code(0) && output.contains(expected), "\(output)")
            }
            #expect(try await given.texts("select file || ' ' || source from usage.import") == ["- pipe", "- pipe"])
        }
    }
}
