// Over 200 lines: one search over the whole database, and what each service holds for it to find.
import Chassis
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct ErasureTests {
    @discardableResult
    private func erase(_ who: Erasure.Who, _ desk: Desk) async throws -> Int64 {
        try await desk.pool.transaction { try await Erasure.run(who, by: "user ines", in: $0).id }
    }

    /// Counts and sums that must not change.
    private func aggregates(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select concat_ws(' ', (select count(*) from crm.interaction), (select count(*) from crm.ticket),
                (select count(*) from crm.deal), (select count(*) from crm.request_vote),
                (select sum(amount_minor) from crm.account_order), (select count(*) from usage.event),
                (select sum(count) from usage.daily), (select count(*) from usage.subject),
                (select count(*) from notify.delivery), (select count(*) from plan.message),
                (select count(*) from plan.task), (select count(*) from crm.audit where verb <> 'erase')) as counts
            """)
    }

    /// The real services erase what is theirs; nothing in the whole database names the person afterwards.
    @Test func nothingNamesThePersonAnyMoreAndAggregatesStay() async throws {
        try await Desk.with { desk in
            try await desk.olena()
            let before = try await desk.places(naming: Olena.all)
            #expect(before.count > 35, "the search finds what there is: \(before.sorted())")
            let aggregates = try await aggregates(desk)
            let id = try await erase(.contact(Olena.key), desk)
            let own = try await desk.places(naming: Olena.all).filter { $0.hasPrefix("crm.") }
            #expect(own == ["crm.erasure_value.value"], "contacts erases its own at once")
            for (service, port) in [
                (ServiceName.usageIngest, "USAGE_INGEST"), (.riskScorer, "RISK_SCORER"), (.scheduler, "SCHEDULER"),
                (.notifier, "NOTIFIER"),
            ] {
                var settings = [
                    "HOLDFAST_\(port)_DATABASE_URL": desk.database.url(as: service.role),
                    "HOLDFAST_\(port)_HEALTH_PORT": "0",
                ]
                if service != .riskScorer { settings["HOLDFAST_\(port)_PORT"] = "0" }
                try await RunningProgram.with(service.rawValue, ["serve"], environment: settings) { _ in
                    try await eventually("\(service) confirms") {
                        try await desk.database.owner.first(
                            """
                            select from queue.job where kind = 'erasure.confirm' and payload ->> 'service' = \(service.rawValue)
                            """) != nil
                    }
                }
            }
            try await desk.work()
            #expect(try await desk.places(naming: Olena.all) == [])
            #expect(try await self.aggregates(desk) == aggregates)
            #expect(try await desk.count("select from crm.contact where key = 'ivan'") == 1)
            #expect(try await desk.count("select from usage.quarantine") == 1, "that of somebody else stays")
            #expect(try await desk.count("select from usage.event where properties ->> 'plan' = 'pro'") == 1)
            #expect(
                try await desk.text("select state from notify.delivery order by delivery_key")
                    == "delivered\nfailed\ndelivered")
            let certificate = try await desk.pool.withConnection { try await Erasure.certificate(id, in: $0) }
            let words = certificate?.text ?? ""
            #expect(words.contains("\"finished_at\": \"") && words.contains("\"waits_for\": []"), "\(words)")
            for table in ["crm.contact", "crm.interaction", "usage.subject", "notify.delivery", "plan.message"] {
                #expect(words.contains("\"\(table)\": "), "\(table) in \(words)")
            }
        }
    }

    @Test func anAddressThatWasErasedIsKnownWhoeverBringsItAgain() async throws {
        try await Desk.with { desk in
            try await desk.olena()
            try await erase(.contact(Olena.key), desk)
            try await desk.importing(
                .contacts,
                "account_key,contact_key,email,phone,consents\nacme,new,Olena.Petrenko+shop@Example.com,\(Olena.phone),mail:marketing=granted\n"
            )
            let known = try await desk.text(
                """
                select d.channel, crm.is_erased(d.channel, d.value)::text from crm.contact_address d
                join crm.contact c on c.id = d.contact_id order by c.key, d.channel
                """)
            #expect(known == "mail false\nmail true\nphone true")
        }
    }

    @Test func theAuditIsOnlyEverAddedToAndKeepsPeopleApart() async throws {
        try await Office.with { office in
            let desk = office.desk
            try await desk.olena()
            let body = #"{"account_key": "acme", "name": "Olena P.", "email": "\#(Olena.mail)", "role": "pays"}"#
            #expect(try await office.api(.PUT, "/v1/contacts/\(Olena.key)", body).status == 200)
            let id = try await desk.text(
                "select id::text from crm.contact where key = '\(fragment: SQL(verbatim: Olena.key))'")
            let row = try await desk.text(
                "select object, detail -> 'to' ->> 'role' as role, detail ->> 'apart' as apart from crm.audit where verb = 'put'"
            )
            #expect(row == "contact #\(id) pays [\"name\"]")
            let apart = try await desk.text("select detail -> 'from' ->> 'name' as name from crm.audit_personal")
            #expect(apart == Olena.name)
            for statement in ["update crm.audit set actor = 'x'", "delete from crm.audit"] {
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await desk.pool.execute(SQL(verbatim: statement))
                }
                #expect(error?.sqlState == "42501", "\(statement)")
            }
            let parts = try await desk.database.owner.query(
                "select inhrelid::regclass::text as part from pg_inherits where inhparent = 'crm.audit'::regclass")
            #expect(!parts.isEmpty)
            for part in parts {
                let name: String = try part["part"]
                let error = await #expect(throws: PostgresError.self) {
                    _ = try await desk.pool.execute("delete from \(fragment: SQL(verbatim: name))")
                }
                #expect(error?.sqlState == "42501", "\(name)")
            }
            try await erase(.contact(Olena.key), desk)
            #expect(try await desk.count("select from crm.audit where verb = 'put'") == 1)
            #expect(try await desk.count("select from crm.audit_personal") == 0)
        }
    }

    @Test func anAccountThatIsAPersonGoesWithItsContactsAndItsMoneyStays() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,name,kind,tags\nanna,Anna Koval,person,vip\nacme,Acme,company,\n")
            try await desk.importing(
                .contacts, "account_key,contact_key,name,email\nanna,anna-1,Anna Koval,anna.koval@example.com\n")
            try await desk.importing(
                .orders, "account_key,order_key,ordered_at,amount,currency\nanna,o1,2026-05-01,10,USD\n")
            let company = await #expect(throws: Refusal.self) { try await erase(.account("acme"), desk) }
            #expect(company?.reason.contains("company") == true)
            try await erase(.account("anna"), desk)
            let places = try await desk.places(naming: ["Anna Koval", "anna.koval@example.com", "anna-1"])
            #expect(places == ["crm.erasure_value.value"])
            let left = try await desk.text(
                """
                select a.name, (a.key = 'erased:' || a.id)::text as renamed, o.amount_minor::text from crm.account a
                join crm.account_order o on o.account_id = a.id
                """)
            #expect(left == "Erased true 1000")
            let again = await #expect(throws: HTTPProblem.self) { try await erase(.account("anna"), desk) }
            #expect(again?.code == "unknown_account")
        }
    }

    @Test func ofTwoWhoEraseAtOnceOneDoes() async throws {
        try await Desk.with { desk in
            try await desk.olena()
            let outcomes = await withTaskGroup(of: Bool.self) { group in
                for _ in 0..<6 {
                    group.addTask { (try? await erase(.contact(Olena.key), desk)) != nil }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count { $0 } == 1)
            #expect(try await desk.count("select from crm.erasure") == 1)
        }
    }

    private func nobody(_ desk: Desk) async throws -> ErasedPerson {
        let row = try await desk.database.owner.first(
            """
            insert into crm.erasure (contacts, whole, subjects, actor, waits_for) values ('{}', false, '{}', 'x', '{x}') returning id
            """)
        guard let id: Int64 = try row?["id"],
            let person = try await desk.pool.withConnection({ try await ErasedPerson.read([id], in: $0) }).first
        else { throw TestBedError("no erasure") }
        return person
    }

    /// A table that learns to name a contact must be thought of in both.
    @Test func everyTableAboutAContactIsExportedAndErased() async throws {
        try await Desk.with { desk in
            let tables = try await desk.text(
                """
                select n.nspname || '.' || c.relname from pg_attribute a
                join pg_class c on c.oid = a.attrelid and c.relkind in ('r', 'p') and not c.relispartition
                join pg_namespace n on n.oid = c.relnamespace
                where a.attname = 'contact_id' and not a.attisdropped order by 1
                """
            ).split(separator: "\n").map(String.init)
            let found = Erasure.Found(contacts: [1], account: 1, isWhole: false)
            let exported = Set(PersonExport.sections(found, []).map(\.table))
            #expect(tables.filter { !exported.contains($0) } == [])
            // These say by a number alone that there was somebody.
            let numbers: Set = ["notify.decision"]
            let others: Set = ["plan.message", "notify.delivery", "notify.refusal"]
            let erased = Set(Erasure.steps(try await nobody(desk)).map(\.table)).union(numbers).union(others)
            #expect(tables.filter { !erased.contains($0) } == [])
        }
    }

    @Test func anExportHoldsWhatEverySchemaKnows() async throws {
        try await Desk.with { desk in
            try await desk.olena()
            let text = try await PersonExport.run(.contact(Olena.key), in: desk.pool).text
            for part in [
                "crm.contact", "crm.contact_address", "crm.contact_consent", "crm.interaction", "crm.ticket",
                "crm.deal",
                "crm.request_vote", "usage.subject", "usage.event", "usage.identification", "plan.message",
                "notify.delivery", "notify.refusal", "notify.suppression", Olena.mail, Olena.phone, "I am not content",
            ] {
                #expect(text.contains(part), "\(part)")
            }
            #expect(!text.contains("ivan"))
            let rows = try JSONText(text).decode([String: FieldValue].self)
            #expect(rows.count > 12)
        }
    }

    /// Usage under the person's mail address makes a subject and an account of its own; the words of a deal are the person's.
    @Test func whatTheAddressLedToAndWhatWasSaidOfADealGo() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "firm"}"#)
            try await desk.write(
                ContactDraft.self,
                #"{"account_key": "firm", "contact_key": "c", "name": "Mnbvcx Poiuy", "email": "mnbvcx@poiuy.example"}"#
            )
            let subjects = try await desk.subjects("user:mnbvcx@poiuy.example")
            try await desk.publish(.usageRecorded, SubjectsTouched(subjects: subjects))
            try await desk.work()
            #expect(try await desk.count("select from crm.account where key = 'mnbvcx@poiuy.example'") == 1)
            let deal = #"{"account_key": "firm", "deal_key": "d", "name": "Big", "contact_key": "c""#
            try await desk.write(
                DealDraft.self, deal + #", "stage": "lost", "loss_reason": "price", "loss_words": "far too dear"}"#)
            let id = try await erase(.contact("c"), desk)
            #expect(
                try await desk.text("select subjects::text from crm.erasure where id = \(id)") == "{\(subjects[0])}")
            #expect(
                try await desk.count("select from crm.account where key like '%poiuy%' or name like '%poiuy%'") == 0)
            #expect(try await desk.count("select from crm.deal_state where loss_words is not null") == 0)
            #expect(try await desk.count("select from crm.account where key = 'firm' and erased_at is null") == 1)
        }
    }

    /// What was written of others names her too; a namesake keeps what was written of her.
    @Test func theNameGoesFromWhatWasWrittenOfOthersToo() async throws {
        try await Desk.with { desk in
            try await desk.write(
                AccountDraft.self, #"{"key": "firm"}"#,
                #"{"key": "other", "strategy": "as Qwerty Zxcvbn said", "tags": ["qwerty zxcvbn", "vip"]}"#)
            try await desk.write(
                ContactDraft.self,
                #"{"account_key": "firm", "contact_key": "c", "name": "Qwerty Zxcvbn", "email": "qz@zxcvbn.example"}"#,
                #"{"account_key": "firm", "contact_key": "d", "name": "Anna Koval", "email": "ak@firm.example"}"#,
                #"{"account_key": "other", "contact_key": "e", "name": "Anna Koval"}"#)
            let said = "words of Qwerty Zxcvbn and Anna Koval, qz@zxcvbn.example"
            try await desk.database.owner.withConnection { connection in
                for sql in [
                    "insert into crm.interaction (account_id, kind, title) select id, 'note', '\(said)' from crm.account",
                    """
                    insert into crm.segment (key, name, expression, sources, changes_with_time)
                    values ('s', '\(said)', 'account.name = "Qwerty Zxcvbn"', '{account}', false)
                    """,
                    "insert into crm.audit (actor, verb, object, detail) values ('x', 'put', 'request r', '{\"to\": \"\(said)\"}')",
                ] { try await connection.script(sql) }
            }
            try await desk.write(
                OrderDraft.self,
                """
                {"account_key": "other", "order_key": "o", "ordered_at": "2026-01-01", "amount": 5, "currency": "EUR",
                "lines": [{"product": "Portrait of Qwerty Zxcvbn", "amount": 5}]}
                """)
            try await erase(.contact("c"), desk)
            try await erase(.contact("d"), desk)
            try await desk.work()
            let left = try await desk.places(naming: ["Qwerty Zxcvbn", "qz@zxcvbn.example"])
            #expect(left == ["crm.erasure_value.value"])
            #expect(
                try await desk.text("select title from crm.interaction order by account_id")
                    == "words of [erased] and [erased], [erased]\nwords of [erased] and Anna Koval, [erased]")
            #expect(try await desk.text("select expression from crm.segment") == #"account.name = "[erased]""#)
            #expect(try await desk.text("select string_agg(tag, ' ') from crm.account_tag") == "vip")
            #expect(
                try await desk.text("select distinct waits_for::text from crm.erasure")
                    == "{usage-ingest,risk-scorer,scheduler,notifier}")
        }
    }

    /// One word is a first name of many, or no name: it goes from what is the person's own, and nowhere else.
    @Test func oneWordIsNotLookedForAmongOthers() async throws {
        try await Desk.with { desk in
            try await desk.write(
                AccountDraft.self, #"{"key": "firm", "came_for": "ремонт"}"#,
                #"{"key": "other", "came_for": "вебінар про ремонт", "tags": ["ремонт"], "industry": "ремонт"}"#)
            try await desk.write(
                ContactDraft.self,
                #"{"account_key": "firm", "contact_key": "c", "name": "Вебінар", "email": "lead@webinar.example"}"#,
                // Without a name it is called by its key.
                #"{"account_key": "firm", "contact_key": "ремонт"}"#)
            let notes = "Вебінар 5, ремонт, lead@webinar.example"
            try await desk.database.owner.withConnection { connection in
                for sql in [
                    "insert into crm.interaction (account_id, kind, title) select id, 'note', '\(notes)' from crm.account",
                    """
                    insert into crm.segment (key, name, expression, sources, changes_with_time)
                    values ('s', 'Вебінар', 'came_for contains "вебінар" or industry = "ремонт"', '{account}', false)
                    """,
                    "insert into crm.product_request (key, title) values ('r', 'Вебінар про ремонт')",
                    """
                    insert into crm.audit (actor, verb, object, detail)
                    values ('x', 'put', 'contacts', '{"keys": ["ремонт", "anna"]}')
                    """,
                ] { try await connection.script(sql) }
            }
            try await erase(.contact("c"), desk)
            try await erase(.contact("ремонт"), desk)
            try await desk.work()
            #expect(
                try await desk.text("select title from crm.interaction order by account_id")
                    == "[…] 5, […], [erased]\nВебінар 5, ремонт, [erased]")
            #expect(
                try await desk.text("select name || ': ' || expression as line from crm.segment")
                    == #"Вебінар: came_for contains "вебінар" or industry = "ремонт""#)
            #expect(try await desk.text("select title from crm.product_request") == "Вебінар про ремонт")
            #expect(
                try await desk.text("select came_for from crm.account order by key") == "[…]\nвебінар про ремонт")
            // In a list of keys it is nobody else's.
            #expect(
                try await desk.text("select detail::text from crm.audit where object = 'contacts'")
                    == #"{"keys": ["[erased]", "anna"]}"#)
            #expect(try await desk.text("select tag from crm.account_tag") == "ремонт")
        }
    }

    /// As search has it, an apostrophe is an apostrophe, however it is written.
    @Test func apostrophesOfANameAreAlike() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "firm"}"#, #"{"key": "other"}"#)
            try await desk.write(
                ContactDraft.self, #"{"account_key": "firm", "contact_key": "c", "name": "Дар'я О’Мельченко"}"#)
            try await desk.database.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title)
                select id, 'note', 'Дар’я О''Мельченко; ДАР''Я О''МЕЛЬЧЕНКО; Оʼмельченко  дарʼя' from crm.account
                """)
            try await erase(.contact("c"), desk)
            try await desk.work()
            let titles = try await desk.text("select distinct title from crm.interaction")
            #expect(titles == "[erased]; [erased]; [erased]")
        }
    }

    /// A file's changes leave no audit: what was there before is kept to undo them, and gone through too.
    @Test func whatAFileChangedGoesToo() async throws {
        try await Desk.with { desk in
            func file(_ name: String, _ mail: String, _ phone: String) async throws {
                try await desk.importing(
                    .contacts,
                    "account_key,contact_key,name,email,phone,consents\nfirm,c,\(name),\(mail),\(phone),mail:marketing=granted\n"
                )
            }
            try await desk.write(AccountDraft.self, #"{"key": "firm"}"#, #"{"key": "other"}"#)
            try await file("Квітослава Першенко", "kvit@first.example", "+380502220001")
            let said = "Говорили: Квітослава Першенко, Першенко Квітослава, kvit@first.example, +380502220001"
            try await desk.database.owner.execute(
                "insert into crm.interaction (account_id, kind, title) select id, 'note', \(said) from crm.account")
            try await file("Квітослава Друженко", "kvit@second.example", "+380502220002")
            try await erase(.contact("c"), desk)
            try await desk.work()
            #expect(
                try await desk.places(naming: ["Першенко", "kvit@first.example", "+380502220001", "Друженко"])
                    == ["crm.erasure_value.value"])
            #expect(
                try await desk.text("select crm.is_erased('mail', 'kvit@first.example')::text") == "true")
        }
    }

    /// A company is not erased with a person that it was merged into.
    @Test func aCompanyThatWasMergedIntoAPersonIsKept() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "anna", "kind": "person"}"#, #"{"key": "firm"}"#)
            _ = try await desk.pool.transaction { try await Merge.run("firm", into: "anna", by: "t", in: $0) }
            let refusal = await #expect(throws: Refusal.self) { try await erase(.account("anna"), desk) }
            #expect(refusal?.code == "merged" && refusal?.description.contains("“firm” is a company") == true)
            #expect(try await desk.count("select from crm.account where erased_at is not null") == 0)
        }
    }

    /// A sole trader's account is called by the person's name, and a line that was refused may hold a number that nobody could
    /// read.
    @Test func theAccountsNameAndRefusedLinesGoToo() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "fop", "name": "ФОП Марко Вовчок"}"#)
            try await desk.write(
                ContactDraft.self,
                #"{"account_key": "fop", "contact_key": "mv", "name": "Марко Вовчок", "phone": "+380501112233"}"#)
            let file = "account_key,contact_key,name,phone\nfop,mv,Марко Вовчок,0501112233x\nfop,other,Інша,050xx\n"
            #expect(try await desk.importing(.contacts, file).tally == Tally(refused: 2))
            try await erase(.contact("mv"), desk)
            try await desk.work()
            #expect(try await desk.text("select name from crm.account") == "ФОП [erased]")
            let left = try await desk.text("select content from crm.import_refusal order by line")
            #expect(left == "[erased]\nfop,other,Інша,050xx")
            #expect(try await desk.places(naming: ["0501112233", "Вовчок"]) == ["crm.erasure_value.value"])
        }
    }

    /// What she was called before, and where she was reached, is hers too; so is what another account's changes say of her.
    @Test func whatThePersonWasBeforeGoesToo() async throws {
        try await Office.with { office in
            let desk = office.desk
            func put(_ path: String, _ body: String) async throws {
                let answer = try await office.api(.PUT, "/v1/\(path)", body)
                #expect((200...201).contains(answer.status), "\(answer.body)")
            }
            func contact(_ name: String, _ mail: String) -> String {
                #"{"account_key": "firm", "name": "\#(name)", "addresses": [{"channel": "mail", "value": "\#(mail)"}]}"#
            }
            try await put("accounts/firm", "{}")
            try await put("accounts/other", "{}")
            try await put("contacts/c", contact("Asdfgh Lkjhg", "asdfgh@lkjhg.example"))
            try await put("contacts/c", contact("Asdfgh Best", "new@best.example"))
            let said =
                "Asdfgh Lkjhg, Lkjhg  Asdfgh, ASDFGH\u{a0}LKJHG, asdfgh@lkjhg.example, Best Asdfgh, new@best.example"
            for strategy in ["calm", said, "calm", said] {
                try await put("accounts/other", #"{"strategy": "\#(strategy)"}"#)
            }
            try await erase(.contact("c"), desk)
            try await desk.work()
            let left = try await desk.places(naming: [
                "Asdfgh Lkjhg", "Lkjhg Asdfgh", "asdfgh@lkjhg.example", "new@best.example", "Best Asdfgh", "LKJHG",
            ])
            #expect(left == ["crm.erasure_value.value"])
            #expect(try await desk.count("select from crm.erased_address") == 2, "neither is written to again")
        }
    }

    @Test func aPersonThatWasMergedIntoACompanySaysHowToBeErased() async throws {
        try await Desk.with { desk in
            try await desk.write(AccountDraft.self, #"{"key": "anna", "kind": "person"}"#, #"{"key": "firm"}"#)
            _ = try await desk.pool.transaction { try await Merge.run("anna", into: "firm", by: "t", in: $0) }
            let refusal = await #expect(throws: Refusal.self) { try await erase(.account("anna"), desk) }
            #expect(refusal?.description.contains("undo the merge, then erase it") == true)
        }
    }
}
