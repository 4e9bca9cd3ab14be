import Chassis
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ImportUndoTests {
    private func undo(_ id: Int64, _ desk: Desk) async throws -> ImportUndo.Outcome {
        try await desk.pool.transaction { try await ImportUndo.run(id, by: "test", in: $0) }
    }

    /// All that files can say, but for what says when it was written.
    private func state(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select string_agg(t.row, e'\\n' order by t.row) from (
                select (to_jsonb(a) - '{id,known_at,created_at}'::text[])::text as row from crm.account a
                union all select (to_jsonb(c) - '{id,account_id,created_at}'::text[])::text from crm.contact c
                union all select c.key || d.channel || d.value || coalesce(d.import_id, 0)
                    from crm.contact_address d join crm.contact c on c.id = d.contact_id
                union all select c.key || n.channel || n.topic || n.granted
                    from crm.contact_consent n join crm.contact c on c.id = n.contact_id
                union all select (to_jsonb(o) - '{id,account_id,known_at}'::text[])::text from crm.account_order o
                union all select s.key || t.status || t.mrr_minor
                    from crm.subscription s join crm.subscription_state t on t.subscription_id = s.id
                union all select a.key || t.tag || t.present from crm.account_tag t join crm.account a on a.id = t.account_id
                union all select a.key || coalesce(o.user_id, 0) from crm.account_owner o join crm.account a on a.id = o.account_id
            ) t
            """)
    }

    private static let firsts: [(ImportKind, String)] = [
        (.accounts, "key,name,country,owner,tags\na,Acme,UA,ines,vip\nb,Beta,DE,mark,\n"),
        (
            .contacts,
            "account_key,contact_key,name,email,phone,consents\na,a1,Anna,anna@x.de,+380441234567,mail:marketing=granted\n"
        ),
        (.orders, "account_key,order_key,ordered_at,amount,currency\na,o1,2026-05-01,10,EUR\nb,o2,2026-05-02,20,EUR\n"),
        (.subscriptions, "account_key,subscription_key,plan,mrr,currency\na,s1,pro,10,EUR\n"),
    ]
    private static let seconds: [(ImportKind, String)] = [
        (.accounts, "key,name,country,owner,tags\na,ACME,PL,mark,vip;new\nb,Beta,DE,mark,\nc,Gamma,UA,ines,x\n"),
        (
            .contacts,
            "account_key,contact_key,name,email,consents\na,a1,Anna B,anna@y.de,mail:marketing=refused\nb,b1,Ben,b@x.de,mail:news=granted\n"
        ),
        (.orders, "account_key,order_key,ordered_at,amount,currency\nb,o1,2026-05-01,11,EUR\nb,o3,2026-05-03,30,EUR\n"),
        (.subscriptions, "account_key,subscription_key,plan,mrr,currency\na,s1,pro,15,EUR\nb,s2,basic,5,EUR\n"),
    ]

    @Test func everyKindIsTakenBackWhole() async throws {
        try await Desk.with { desk in
            for (kind, file) in Self.firsts { try await desk.importing(kind, file) }
            for (kind, file) in Self.seconds {
                let before = try await state(desk)
                let done = try await desk.importing(kind, file)
                let after = try await state(desk)
                #expect(before != after, "\(kind)")
                let outcome = try await undo(done.id, desk)
                #expect(outcome == .init(undoneNow: true, takenBack: 1, restored: 1, kept: [:]), "\(kind)")
                #expect(try await state(desk) == before, "\(kind)")
                let again = try await undo(done.id, desk)
                #expect(again == .init(undoneNow: false, takenBack: 1, restored: 1, kept: [:]), "\(kind)")
                // The same file again does what it did.
                let anew = try await desk.importing(kind, file)
                #expect(anew.tally == done.tally && anew.id != done.id, "\(kind)")
            }
        }
    }

    @Test func whatIsInUseOrChangedSinceStaysWithTheReason() async throws {
        try await Office.with { office in
            let desk = office.desk
            let accounts = try await desk.importing(
                .accounts, "key,name,tags\nfree,F,x\nused,U,x\nedited,E,x\ntagged,T,x\nmerged,M,x\n")
            let orders = try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\nused,o1,2026-05-01,10,EUR\n")
            #expect(try await office.api(.PUT, "/v1/accounts/edited", #"{"country": "UA"}"#).status == 200)
            #expect(try await office.api(.PUT, "/v1/accounts/tagged/tags/new").status == 200)
            _ = try await desk.pool.transaction { try await Merge.run("merged", into: "used", by: "t", in: $0) }
            let outcome = try await undo(accounts.id, desk)
            #expect(outcome.takenBack == 1)
            #expect(
                outcome.kept == ["has orders": 1, "changed since": 1, "got tags since": 1, "was merged": 1],
                "\(outcome.kept)")
            let left = try await desk.text("select string_agg(key, ' ' order by key) from crm.account")
            #expect(left == "edited merged tagged used")
            #expect(try await desk.count("select from crm.account_tag where tag = 'x'") == 4, "kept rows stay whole")
            #expect(try await undo(orders.id, desk).takenBack == 1)
        }
    }

    @Test func aRowThatALaterImportChangedGoesOnceThatIsUndone() async throws {
        try await Desk.with { desk in
            let first = try await desk.importing(.accounts, "key,name\na,One\n")
            let second = try await desk.importing(.accounts, "key,name\na,Two\n")
            let third = try await desk.importing(.accounts, "key,name\na,Three\n")
            #expect(try await undo(second.id, desk).kept == ["changed since": 1])
            #expect(try await desk.text("select name from crm.account") == "Three")
            #expect(try await undo(third.id, desk).restored == 1)
            #expect(try await desk.text("select name from crm.account") == "Two")
            #expect(try await undo(first.id, desk).kept == ["changed since": 1])
            let rest = try await undo(second.id, desk)
            #expect(rest == .init(undoneNow: true, takenBack: 0, restored: 1, kept: [:]))
            #expect(try await desk.text("select name from crm.account") == "One")
            let whole = try await undo(first.id, desk)
            #expect(whole == .init(undoneNow: true, takenBack: 1, restored: 0, kept: [:]))
            #expect(try await undo(first.id, desk).undoneNow == false)
            #expect(try await desk.count("select from crm.account") == 0)
        }
    }

    /// Of a key that stands twice the later line wins, and neither keeps the import from being undone.
    @Test func aKeyThatStandsTwiceInAFileIsOneRow() async throws {
        try await Desk.with { desk in
            let file = "key,name\na,One\na,Two\n"
            let first = try await desk.importing(.accounts, file)
            #expect(first.tally == Tally(made: 1, changed: 1))
            #expect(try await desk.text("select name from crm.account") == "Two")
            let again = try await desk.importing(.accounts, file)
            #expect(try await desk.text("select name from crm.account") == "Two")
            #expect(try await undo(again.id, desk).kept == [:])
            #expect(try await desk.text("select name from crm.account") == "Two")
            let whole = try await undo(first.id, desk)
            #expect(whole == .init(undoneNow: true, takenBack: 1, restored: 0, kept: [:]))
        }
    }

    @Test func anUnfinishedImportThatIsUndoneIsNotGoneOnWith() async throws {
        try await Desk.with { desk in
            let file = "key,name\na,One\nb,Two\n"
            let first = try await desk.importing(.accounts, file)
            _ = try await desk.database.owner.execute("update crm.import set finished_at = null, lines = 2")
            #expect(try await undo(first.id, desk).takenBack == 2)
            let again = try await desk.importing(.accounts, file)
            #expect(again.id != first.id && again.tally == Tally(made: 2))
        }
    }

    @Test func membersOfSegmentsLeaveWithTheirAccounts() async throws {
        try await Desk.with { desk in
            let done = try await desk.importing(.accounts, "key,country\na,UA\n")
            _ = try await desk.pool.transaction {
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "ua", name: "ua", expression: "country = \"UA\""), by: "test", in: $0)
            }
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 1)
            #expect(try await undo(done.id, desk).takenBack == 1)
            #expect(try await desk.count("select from crm.segment_member") == 0)
            #expect(try await desk.count("select from queue.job where payload ->> 'segment' = 'ua'") > 0)
        }
    }

    /// New rows cost no image, and none is left of a file that says what is known.
    @Test func imagesAreKeptOfChangesOnly() async throws {
        try await Desk.with { desk in
            let lines = (1...1_500).map { "a,o\($0),2026-05-01,10,EUR\n" }.joined()
            let heading = "account_key,order_key,ordered_at,amount,currency\n"
            try await desk.importing(.accounts, "key\na\n")
            try await desk.importing(.orders, heading + lines)
            #expect(try await desk.count("select from crm.import_before") == 0)
            try await desk.importing(.orders, heading + lines + "a,o1,2026-05-01,11,EUR\n")
            #expect(try await desk.count("select from crm.import_before") == 1)
        }
    }

    /// Kinds of which nothing else depends on, and those of which something may.
    @Test(arguments: [
        (
            ImportKind.interactions,
            "account_key,kind,title,entry_key,occurred_at\na,call,Hello,e1,2026-05-01\na,mail,Again,e2,2026-05-02\n",
            "interaction"
        ),
        (.invoices, "account_key,invoice_key,amount,currency,issued_on\na,i1,5,EUR,2026-05-01\n", "invoice"),
        (.tickets, "account_key,ticket_key,subject\na,t1,Broken\n", "ticket"),
        (.deals, "account_key,deal_key,name,amount,currency\na,d1,Big,9,EUR\n", "deal"),
    ])
    func everyOtherKindIsTakenBack(_ kind: ImportKind, _ file: String, _ table: String) async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            let done = try await desk.importing(kind, file)
            let count: SQL = "select from crm.\(identifier: table)"
            #expect(try await desk.count(count) > 0)
            let outcome = try await undo(done.id, desk)
            #expect(outcome.kept.isEmpty, "\(outcome)")
            #expect(try await desk.count(count) == 0)
        }
    }
}
