// Over 200 lines: what goes out is told in one place, by kind, with what takes it back.
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ExportTests {
    private func export(
        _ kind: ExportKind, _ desk: Desk, format: ExportFeed.Format = .csv, segment: String? = nil,
        cells: CSVCells = CSVCells()
    ) async throws -> String {
        var feed = try await ExportFeed(kind, format, segment: segment, cells: cells, pool: desk.pool)
        var bytes: [UInt8] = []
        while let more = try await feed.next() { bytes += more }
        return String(decoding: bytes, as: UTF8.self)
    }

    private static let files: [(ImportKind, ExportKind, String)] = [
        (
            .accounts, .accounts,
            """
            key,name,kind,industry,country,language,time_zone,on_holiday_until,created_at,owner,tags
            a,"Acme, ""The"" Co",company,tools,UA,uk,Europe/Kyiv,2026-12-31,2026-01-02T03:04:05.123456Z,ines,vip;new
            =b, Beta,company,,,,,,2026-01-02T03:04:05Z,,
            п,Ганна; сама,person,,,,,,2026-01-02T03:04:05Z,mark,

            """
        ),
        (
            .contacts, .contacts,
            """
            account_key,contact_key,name,email,phone,addresses,language,time_zone,role,consents
            a,a1,Anna,anna@x.de,+380441234567,mail:b@x.de;telegram:@anna,uk,Europe/Kyiv,decides,mail:news=refused@2026-02-03T04:05:06Z;mail:ads=granted
            п,h1,Ганна,,,,,,,

            """
        ),
        (
            .subscriptions, .subscriptions,
            """
            account_key,subscription_key,status,plan,mrr_minor,currency,seats,started_at,renews_at,loss_reason,changed_at
            a,s1,active,pro,4900,EUR,5,2026-01-02T03:04:05Z,2030-01-02T00:00:00Z,,2026-02-02T03:04:05Z
            a,s2,ended,,100,JPY,,2026-01-02T03:04:05Z,,price,2026-03-02T03:04:05Z

            """
        ),
        (
            .orders, .orders,
            """
            account_key,order_key,ordered_at,amount_minor,currency,items,lines
            a,o1,2026-05-01T12:00:00.5Z,2933,USD,2,"[{""product"": ""Кава; 1 kg"", ""amount_minor"": 2933, ""category"": ""x""}]"
            п,o2,2026-05-01T12:00:00Z,-100,JPY,,

            """
        ),
    ]

    /// Out of one database, into another, and out again: the same to the last byte, of every kind.
    @Test func theImportTakesTheFileBack() async throws {
        var first: [ExportKind: String] = [:]
        try await Desk.with { desk in
            for (kind, exported, file) in Self.files {
                let tally = try await desk.importing(kind, file).tally
                #expect(tally.refused == 0, "\(kind): \(tally)")
                first[exported] = try await export(exported, desk)
            }
        }
        #expect(first[.accounts]?.contains("a,\"Acme, \"\"The\"\" Co\",company,tools,UA") == true)
        let texts = first
        try await Desk.with { desk in
            for (kind, exported, file) in Self.files {
                let text = texts[exported] ?? ""
                #expect(text.split(separator: "\n").count == file.split(separator: "\n").count, "\(text)")
                let tally = try await desk.importing(kind, text).tally
                #expect(tally.refused == 0 && tally.made == text.split(separator: "\n").count - 1, "\(kind): \(tally)")
                #expect(try await export(exported, desk) == text)
                #expect(try await desk.importing(kind, text + "\n").tally.changed == 0, "\(kind)")
            }
        }
    }

    /// Every column that a file may have has one in the export.
    @Test(arguments: ImportKind.allCases)
    func nothingThatCanBeImportedIsLeftOut(_ kind: ImportKind) {
        let exported = Set((ExportKind(rawValue: kind.rawValue)?.columns ?? []).map(\.name))
        // Amounts are in minor units; what was lost and why is another column's word.
        let others: Set = ["amount", "mrr", "loss_words", "competitor", "competitor_offer"]
        #expect(kind.fields.filter { !exported.contains($0) && !others.contains($0) } == [])
    }

    @Test(arguments: [("1250 EUR", "12.50 EUR"), ("-5 EUR", "-0.05 EUR"), ("7 JPY", "7 JPY"), ("x", "x")])
    func moneyIsWrittenInItsUnits(_ cell: String, _ text: String) {
        #expect(ExportKind.decimal(cell) == text)
    }

    @Test func customFieldsComeOutAsTheyGoIn() async throws {
        try await Desk.with { desk in
            _ = try await desk.database.owner.execute(
                """
                insert into crm.field (object, key, name, type, choices) values ('account', 'budget', 'B', 'money', '{}'),
                    ('account', 'size', 'S', 'number', '{}'), ('account', 'wants', 'W', 'multi_choice', '{a,b,c}')
                """)
            try await desk.importing(
                .accounts, "key,field.budget,field.size,field.wants\nx,12.50 EUR,4,b;a\ny,,,\n")
            let text = try await export(.accounts, desk)
            #expect(
                text.contains("field.budget,field.size,field.wants\n") && text.contains(",12.50 EUR,4,\"a;b\"\n"),
                "\(text)")
            #expect(try await desk.importing(.accounts, text).tally.unchanged == 2)
            let lines = try await export(.accounts, desk, format: .ndjson)
            #expect(lines.contains("\"minor\": 1250") || lines.contains("\"minor\":1250"), "\(lines)")
        }
    }

    @Test func jsonLinesSayTheSame() async throws {
        try await Desk.with { desk in
            for (kind, _, file) in Self.files { try await desk.importing(kind, file) }
            let lines = try await export(.orders, desk, format: .ndjson).split(separator: "\n")
            let rows = try lines.map { try JSONText(String($0)).decode([String: FieldValue].self) }
            #expect(rows.count == 2 && rows[0]["amount_minor"] == .integer(2933) && rows[1]["items"] == nil)
            let isListed = if case .list(let ordered)? = rows[0]["lines"] { ordered.count == 1 } else { false }
            #expect(isListed && rows[1]["lines"] == nil)
        }
    }

    /// An export shows a survivor with the tags of what was merged into it: taken back, they are no new tags of its own.
    @Test func anExportWhileAMergeStandsChangesNothing() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,name,tags\na,A,only-a\nb,B,only-b\n")
            _ = try await desk.pool.transaction { try await Merge.run("a", into: "b", by: "t", in: $0) }
            let text = try await export(.accounts, desk)
            #expect(text.contains("only-a;only-b"))
            #expect(try await desk.importing(.accounts, text).tally == Tally(unchanged: 1))
            let own: SQL = """
                select string_agg(a.key || ':' || t.tag, ' ' order by a.key) from crm.account_tag t
                join crm.account a on a.id = t.account_id
                """
            #expect(try await desk.text(own) == "a:only-a b:only-b")
        }
    }

    @Test func aCellOfLinesIsAListOrRefused() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            let file = """
                account_key,order_key,ordered_at,amount,currency,lines
                a,1,2026-05-01,10,EUR,"[{""product"": ""x"", ""amount"": 10}]"
                a,2,2026-05-01,10,EUR,x
                a,6,2026-05-01,10,EUR,7
                a,3,2026-05-01,10,EUR,"[{""product"": ""x""}]"
                a,4,2026-05-01,10,EUR,"[{""product"": "
                a,5,2026-05-01,10,EUR,"\(String(repeating: "[", count: 5_000))"

                """
            #expect(try await desk.importing(.orders, file).tally == Tally(made: 2, refused: 4))
            let refused = try await desk.text("select line::text, field from crm.import_refusal order by line")
            #expect(refused == "3 lines\n5 lines[0].amount\n6 lines\n7 lines")
            #expect(try await desk.text("select product || amount_minor from crm.order_line") == "x1000")
        }
    }

    @Test func everyKindCanBeExportedAndASegmentNarrowsIt() async throws {
        try await Desk.with { desk in
            try await desk.olena()
            try await desk.importing(.accounts, "key,country\nother,UA\n")
            try await desk.importing(.contacts, "account_key,contact_key\nother,o1\n")
            _ = try await desk.pool.transaction {
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "ua", name: "ua", expression: "country = \"UA\""), by: "test", in: $0)
            }
            try await desk.work()
            for kind in ExportKind.allCases {
                for format in ExportFeed.Format.allCases {
                    let text = try await export(kind, desk, format: format)
                    let heading = format == .csv ? 1 : 0
                    let count = try await desk.count("select from \(fragment: kind.table)")
                    let lines = text.split(separator: format == .csv ? "\nacme," : "\n").count
                    if kind == .interactions || kind == .tickets {
                        #expect(lines - heading == Int(count), "\(kind) \(text)")
                    }
                    #expect(!text.isEmpty || count == 0, "\(kind)")
                }
            }
            let narrowed = try await export(.contacts, desk, segment: "ua")
            #expect(narrowed.split(separator: "\n").dropFirst().map { $0.prefix(8) } == ["other,o1"])
            let none = await #expect(throws: Refusal.self) { try await export(.contacts, desk, segment: "none") }
            #expect(none?.field == "segment")
        }
    }

    @Test func whatWasMergedIsItsSurvivors() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,tags\na,x\nb,y\n")
            try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\na,o1,2026-05-01,1,EUR\n")
            _ = try await desk.pool.transaction { try await Merge.run("a", into: "b", by: "t", in: $0) }
            let accounts = try await export(.accounts, desk).split(separator: "\n")
            #expect(accounts.count == 2 && accounts[1].hasSuffix(",\"x;y\""))
            #expect(try await export(.orders, desk).contains("\nb,o1,"))
        }
    }

    /// Several pages, each row once.
    @Test func longOnesComeInPages() async throws {
        try await Desk.with { desk in
            _ = try await desk.pool.execute(
                "insert into crm.account (key, name) select 'k' || n, 'n' from generate_series(1, 4500) n")
            let lines = try await export(.accounts, desk).split(separator: "\n")
            #expect(lines.count == 4_501 && Set(lines).count == 4_501)
        }
    }

    @Test(arguments: [
        ("=1+1", "=1+1", "'=1+1"), ("+380", "+380", "'+380"), ("-5", "-5", "'-5"), ("@x", "@x", "'@x"),
        ("a=b", "a=b", "a=b"),
        ("a,b", "\"a,b\"", "\"a,b\""), ("=\"x\"", "\"=\"\"x\"\"\"", "\"'=\"\"x\"\"\""),
    ])
    func formulasAreTextsOnlyWhereAskedFor(_ text: String, _ plain: String, _ safe: String) {
        #expect(CSVCells().line([text, nil]) == plain + ",\n")
        #expect(CSVCells(forSpreadsheets: true).line([text, nil]) == safe + ",\n")
    }

    @Test func anAudienceHoldsWhoSaidYesAndNobodyElse() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\nb,DE\n")
            try await desk.importing(
                .contacts,
                """
                account_key,contact_key,email,phone,consents
                a,yes,Anna@X.de ,+380441234567,mail:ads=granted;phone:ads=granted
                a,mail-only,bob@x.de,+380441234568,mail:ads=granted
                a,no,carl@x.de,,mail:ads=refused
                a,silent,dora@x.de,,mail:marketing=granted
                a,suppressed,emil@x.de,,mail:ads=granted
                a,refused,fred@x.de,,mail:ads=granted
                b,elsewhere,gerd@x.de,,mail:ads=granted
                """)
            _ = try await desk.database.owner.execute(
                "insert into notify.suppression (channel, address, reason) values ('mail', 'emil@x.de', 'bounced')")
            _ = try await desk.database.owner.execute(
                "insert into notify.refusal (contact_id, channel, topic) select id, 'mail', 'ads' from crm.contact where key = 'refused'"
            )
            _ = try await desk.pool.transaction {
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "ua", name: "ua", expression: "country = \"UA\""), by: "test", in: $0)
            }
            try await desk.work()
            var audience = try await AdAudience(segment: "ua", topic: "ads", pool: desk.pool)
            var lines: [[String?]] = []
            while let more = try await audience.next() { lines += more }
            func hash(_ text: String) async throws -> String {
                try await desk.text("select encode(sha256(convert_to(\(text), 'UTF8')), 'hex')")
            }
            // In the order in which they were made, which is that of their keys.
            let expected: [[String?]] = [
                [try await hash("bob@x.de"), nil, nil],
                [try await hash("anna@x.de"), try await hash("+380441234567"), try await hash("380441234567")],
            ]
            #expect(lines == expected)
        }
    }
}
