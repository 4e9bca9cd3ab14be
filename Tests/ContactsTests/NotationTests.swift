import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Numbers and times as people and Excel write them.
@Suite struct NotationTests {
    private static let kyiv = TimeZone(identifier: "Europe/Kyiv")

    @Test(arguments: [
        ("1234,56", "1234.56"), ("1 234,56", "1234.56"), ("1\u{A0}234\u{202F}567,5", "1234567.5"),
        ("1.234.567,89", "1234567.89"), ("-1.234", "-1234"), ("12", "12"), ("0,5", "0.5"), ("1'234,5", "1234.5"),
    ])
    func amountsWithACommaAreRead(_ cell: String, _ plain: String) throws {
        #expect(try Notation(hasDecimalComma: true).plain(cell, of: "amount") == plain)
        #expect(try Notation(hasDecimalComma: true).plain(cell, of: "name") == cell)
        #expect(try Notation().plain(cell, of: "amount") == cell)
    }

    @Test(arguments: ["1,234.56", "1,2,3", "12.34,5", "1.23", "12345.678,9"])
    func whatMayMeanTwoThingsIsRefused(_ cell: String) {
        let refusal = #expect(throws: Refusal.self) { try Notation(hasDecimalComma: true).plain(cell, of: "mrr") }
        #expect(refusal?.field == "mrr" && refusal?.reason.contains("1 234,56") == true)
    }

    @Test(arguments: [
        ("31.05.2026", Notation.Dates.dayFirst, nil as TimeZone?, "2026-05-31T00:00:00Z"),
        ("1.5.2026 9:05", .dayFirst, nil, "2026-05-01T09:05:00Z"),
        ("31/05/2026, 14:05:30", .dayFirst, nil, "2026-05-31T14:05:30Z"),
        ("05/31/2026 14:05", .monthFirst, nil, "2026-05-31T14:05:00Z"),
        ("31.05.2026 14:05", .dayFirst, kyiv, "2026-05-31T11:05:00Z"),
        ("31.12.2026 00:30", .dayFirst, kyiv, "2026-12-30T22:30:00Z"),
        ("2026-05-31 14:05", .iso, kyiv, "2026-05-31T11:05:00Z"),
        ("2026-05-31", .iso, kyiv, "2026-05-30T21:00:00Z"),
        ("2026-05-31T14:05:00+02:00", .dayFirst, kyiv, "2026-05-31T14:05:00+02:00"),
        ("2026-05-31T14:05:00Z", .iso, nil, "2026-05-31T14:05:00Z"),
        // The hour that is left out in spring, and the one that comes twice in autumn.
        ("29.03.2026 03:30", .dayFirst, kyiv, "2026-03-29T01:30:00Z"),
        ("25.10.2026 03:30", .dayFirst, kyiv, "2026-10-25T00:30:00Z"),
        ("25.10.2026 04:30", .dayFirst, kyiv, "2026-10-25T02:30:00Z"),
    ])
    func timesAreReadInTheirZone(_ cell: String, _ dates: Notation.Dates, _ zone: TimeZone?, _ plain: String) throws {
        #expect(try Notation(dates: dates, timeZone: zone).plain(cell, of: "ordered_at") == plain)
    }

    @Test(arguments: [
        "31.05.26", "05/31/2026", "31.02.2026", "31.05.2026 25", "31.05.2026 14:5", "yesterday", "1.1.1.2026",
    ])
    func whatIsNoDayFirstTimeIsRefused(_ cell: String) {
        let refusal = #expect(throws: Refusal.self) {
            let plain = try Notation(dates: .dayFirst).plain(cell, of: "ordered_at")
            if Timestamp.read(plain) == nil { throw Refusal("ordered_at", "31.05.2026") }
        }
        #expect(refusal?.reason.contains("31.05.2026") == true)
    }

    @Test func aDayStaysADay() throws {
        #expect(try Notation(dates: .dayFirst).plain("07.08.2026", of: "on_holiday_until") == "2026-08-07")
        #expect(try Notation(dates: .monthFirst).plain("07/08/2026", of: "on_holiday_until") == "2026-07-08")
    }
}

/// `contacts import` by the program, with a file as Excel in Ukraine writes it.
@Suite struct ImportProgramTests {
    private static let text = """
        Клієнт;Номер;Дата;Сума;currency\r
        Київ;1;31.05.2026 14:05;1 234,56;UAH\r
        Київ;2;31.05.26;1;UAH\r
        нема;3;01.06.2026;1;UAH\r

        """

    private func run(_ desk: Desk, _ arguments: [String]) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram.run(
            "contacts", ["import"] + arguments,
            environment: ["HOLDFAST_CONTACTS_DATABASE_URL": desk.database.url(as: ServiceName.contacts.role)])
    }

    @Test func aFileFromExcelIsPreviewedTakenAndJudged() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nКиїв\n")
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (file, verdicts) = (folder.appending(path: "orders.csv"), folder.appending(path: "verdicts.ndjson"))
            try #require(Self.text.data(using: .windowsCP1251)).write(to: file)
            let maps = ["Клієнт=account_key", "Номер=order_key", "Дата=ordered_at", "Сума=amount"]
            let options =
                [
                    "orders", file.path, "--encoding", "cp1251", "--decimal-comma", "--dates", "day-first",
                    "--time-zone",
                    "Europe/Kyiv", "--verdicts", verdicts.path,
                ] + maps.flatMap { ["--map", $0] }
            let preview = try await run(desk, options + ["--preview", "5"])
            #expect(preview.exit == .code(0))
            #expect(preview.output.contains("line 2: made\n"), "\(preview.output)")
            #expect(preview.output.contains("    ordered_at: 2026-05-31T11:05:00Z\n"))
            #expect(preview.output.contains("line 3: refused (ordered_at: expected a time such as 31.05.2026"))
            #expect(preview.output.contains("line 4: refused (account_key"))
            #expect(try await desk.count("select from crm.account_order") == 0)
            #expect(try await desk.count("select from crm.import where kind = 'orders'") == 0)
            #expect(!FileManager.default.fileExists(atPath: verdicts.path))

            let taken = try await run(desk, options)
            #expect(taken.exit == .code(0) && taken.output.contains("1 made, 0 changed, 0 unchanged, 2 refused"))
            let order = try await desk.text(
                "select key, amount_minor::text, currency, to_char(occurred_at at time zone 'UTC', 'DD HH24:MI') from crm.account_order"
            )
            #expect(order == "1 123456 UAH 31 11:05")
            let lines = try String(contentsOf: verdicts, encoding: .utf8).split(separator: "\n")
            #expect(lines.count == 3 && lines[0] == #"{"key":"1","line":2,"result":"made"}"#)
            #expect(
                lines[1].contains(#""field":"ordered_at","line":3"#)
                    && lines[2].contains(#""field":"account_key","key":"3""#))
        }
    }

    @Test func wrongOptionsAndCodingsAreExplained() async throws {
        try await Desk.with { desk in
            let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
            try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
            defer { try? FileManager.default.removeItem(at: folder) }
            let (wide, narrow) = (folder.appending(path: "wide.csv"), folder.appending(path: "narrow.csv"))
            try #require("key\nx\n".data(using: .utf16)).write(to: wide)
            try #require("key,name\nk1,Ім\n".data(using: .windowsCP1251)).write(to: narrow)
            let utf16 = try await run(desk, ["accounts", wide.path])
            #expect(utf16.exit == .code(65) && utf16.output.contains("save it as CSV UTF-8"), "\(utf16.output)")
            let unsaid = try await run(desk, ["accounts", narrow.path])
            #expect(
                unsaid.output.contains("1 refused") && unsaid.output.contains("say how it is encoded"),
                "\(unsaid.output)")
            for wrong in [
                ["--dates", "german"], ["--time-zone", "Mars"], ["--encoding", "koi8"], ["--preview", "0"],
                ["--preview", "101"],
            ] {
                let refused = try await run(desk, ["accounts", narrow.path] + wrong)
                #expect(refused.exit == .code(64) && refused.output.contains(wrong[0]), "\(refused.output)")
            }
        }
    }
}
