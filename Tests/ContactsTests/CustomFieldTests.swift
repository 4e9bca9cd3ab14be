import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct CustomFieldTests {
    private func field(_ kind: CustomField.Kind, _ choices: [String] = []) -> CustomField {
        CustomField(object: .account, key: "x", kind: kind, choices: choices, isMandatory: false)
    }

    @Test(arguments: [
        (CustomField.Kind.text, FieldValue.text(" Ганна "), FieldValue.text("Ганна")),
        (.number, .integer(4), .integer(4)), (.number, .text("0.5"), .number(0.5)),
        (.number, .text("-7"), .integer(-7)),
        (.money, .text("12.50 eur"), .object(["minor": .integer(1_250), "currency": .text("EUR")])),
        (
            .money, .object(["amount": .text("0.5"), "currency": .text("UAH")]),
            .object(["minor": .integer(50), "currency": .text("UAH")])
        ),
        (
            .money, .object(["minor": .integer(7), "currency": .text("USD")]),
            .object(["minor": .integer(7), "currency": .text("USD")])
        ),
        (.date, .text("2026-01-31"), .text("2026-01-31")), (.choice, .text("b"), .text("b")),
        (.multiChoice, .text("b;a;b"), .list([.text("a"), .text("b")])),
        (.multiChoice, .list([.text("b")]), .list([.text("b")])), (.bool, .text("yes"), .flag(true)),
        (.bool, .flag(false), .flag(false)), (.number, .null, .null), (.multiChoice, .list([]), .null),
        (.bool, .null, .null), (.money, .null, .null), (.text, .text("  "), .null),
    ])
    func valuesAreKeptInTheirForm(_ kind: CustomField.Kind, _ given: FieldValue, _ kept: FieldValue) throws {
        #expect(try field(kind, kind.hasChoices ? ["a", "b"] : []).kept(given) == kept)
    }

    @Test(arguments: [
        (CustomField.Kind.text, FieldValue.integer(4), "expected a text"), (.number, .text("nan"), "expected a number"),
        (.number, .text("0x10"), "expected a number"), (.number, .number(1e300), "expected a number"),
        (.number, .flag(true), "expected a number"), (.money, .text("12.50"), "expected money"),
        (.money, .text("12.505 EUR"), "at most 2 decimals"), (.money, .integer(5), "expected money"),
        (.date, .text("31.01.2026"), "expected a day"), (.date, .text("2026-02-30"), "expected a day"),
        (.choice, .text("c"), "expected a, b"), (.multiChoice, .text("a;c"), "expected some of a, b, found “c”"),
        (.bool, .text("maybe"), "expected true or false"),
    ])
    func whatHasNoSuchFormIsRefused(_ kind: CustomField.Kind, _ given: FieldValue, _ words: String) throws {
        let field = field(kind, kind.hasChoices ? ["a", "b"] : [])
        let refusal = #expect(throws: Refusal.self) { try field.kept(given) }
        #expect(refusal?.field?.hasPrefix("fields.x") == true)
        #expect(refusal?.reason.contains(words) == true, "\(refusal?.reason ?? "")")
    }

    @Test func accountsContactsAndDealsHaveThem() async throws {
        try await Desk.with { desk in
            try await desk.field(.account, "health", #"{"type": "number"}"#)
            try await desk.field(.account, "budget", #"{"type": "money"}"#)
            try await desk.field(.contact, "vip", #"{"type": "bool"}"#)
            try await desk.field(.deal, "size", #"{"type": "choice", "choices": ["s", "m"]}"#)
            let made = try await desk.said(
                AccountDraft.self, #"{"key": "a", "fields": {"health": 4, "budget": "5 EUR"}}"#)
            #expect(made == "made")
            #expect(
                try await desk.text("select fields::text from crm.account")
                    == #"{"budget": {"minor": 500, "currency": "EUR"}, "health": 4}"#)
            #expect(try await desk.said(AccountDraft.self, #"{"key": "a", "fields": {"health": 4}}"#) == "unchanged")
            #expect(try await desk.said(AccountDraft.self, #"{"key": "a", "fields": {"health": null}}"#) == "changed")
            #expect(try await desk.text("select (fields ? 'health')::text as has from crm.account") == "false")
            let contact = #"{"account_key": "a", "contact_key": "c", "fields": {"vip": true}}"#
            #expect(try await desk.said(ContactDraft.self, contact) == "made")
            #expect(try await desk.said(ContactDraft.self, contact) == "unchanged")
            #expect(try await desk.text("select fields::text from crm.contact") == #"{"vip": true}"#)
            let deal = #"{"account_key": "a", "deal_key": "d", "fields": {"size": "m"}}"#
            #expect(try await desk.said(DealDraft.self, deal) == "made")
            #expect(try await desk.text("select fields::text from crm.deal") == #"{"size": "m"}"#)
        }
    }

    @Test func oneWriteRefusedLeavesTheOthers() async throws {
        try await Desk.with { desk in
            try await desk.field(.account, "health", #"{"type": "number"}"#)
            let verdicts = try await desk.write(
                AccountDraft.self, #"{"key": "a", "fields": {"health": "good"}}"#, #"{"key": "b"}"#,
                #"{"key": "c", "fields": {"helth": 1}}"#)
            #expect(verdicts.map(\.word) == ["refused", "made", "refused"])
            guard case .refused(let bad) = verdicts[0], case .refused(let stranger) = verdicts[2] else { return }
            #expect(bad.description.hasPrefix("fields.health: expected a number"))
            #expect(stranger.description == "fields.helth: is no field of accounts: there are health")
            #expect(try await desk.text("select key from crm.account") == "b")
        }
    }

    @Test func aMandatoryOneIsNeverLeftEmpty() async throws {
        try await Desk.with { desk in
            let subjects = try await desk.subjects("group:stub")
            try await desk.write(AccountDraft.self, #"{"key": "old"}"#)
            try await desk.field(
                .account, "tier", #"{"type": "choice", "choices": ["gold", "iron"], "mandatory": true}"#)
            try await desk.publish(.usageRecorded, SubjectsTouched(subjects: subjects))
            try await desk.work()
            #expect(
                try await desk.text(
                    "select array_to_string(missing_fields, ',') as m from report.account order by account_key")
                    == "tier\ntier")
            let refused = "fields.tier: is mandatory and would be empty: expected one of gold, iron"
            #expect(try await desk.said(AccountDraft.self, #"{"key": "new"}"#) == refused)
            #expect(try await desk.said(AccountDraft.self, #"{"key": "old", "name": "Old"}"#) == refused)
            #expect(try await desk.said(AccountDraft.self, #"{"key": "stub", "name": "Stub"}"#) == refused)
            #expect(try await desk.said(AccountDraft.self, #"{"key": "new", "fields": {"tier": "gold"}}"#) == "made")
            #expect(try await desk.said(AccountDraft.self, #"{"key": "new", "fields": {"tier": null}}"#) == refused)
            #expect(try await desk.said(AccountDraft.self, #"{"key": "new", "name": "New"}"#) == "changed")
            let outcome = try await desk.importing(.accounts, "key,field.tier\nx,gold\ny,\nold,iron\n")
            #expect(outcome.tally == Tally(made: 1, changed: 1, refused: 1))
            #expect(try await desk.text("select field from crm.import_refusal") == "fields.tier")
        }
    }

    @Test func columnsOfFilesHoldThem() async throws {
        try await Desk.with { desk in
            try await desk.field(.account, "health", #"{"type": "number"}"#)
            try await desk.field(.account, "since", #"{"type": "date"}"#)
            try await desk.field(.account, "likes", #"{"type": "multi_choice", "choices": ["tea", "coffee"]}"#)
            let text = "key,field.health,Fields.Since,Likes\na,4,2026-01-31,tea;coffee\nb,,,\nc,much,,\nd,1,,milk\n"
            let outcome = try await desk.importing(.accounts, text, map: ["Likes": "field.likes"])
            #expect(outcome.tally == Tally(made: 2, refused: 2))
            #expect(
                try await desk.text("select key, fields::text from crm.account order by key") == """
                    a {"likes": ["coffee", "tea"], "since": "2026-01-31", "health": 4}
                    b {}
                    """)
            #expect(try await desk.importing(.accounts, text, map: ["Likes": "field.likes"]).tally.unchanged == 2)
            let failure = await #expect(throws: (any Error).self) {
                try await desk.importing(.accounts, "key,field.helth\na,1\n")
            }
            #expect("\(failure.map { "\($0)" } ?? "")".contains("field.helth"))
        }
    }

    @Test func whatIsInUseCanNotBeTakenAway() async throws {
        try await Desk.with { desk in
            let choices = #"{"type": "choice", "choices": ["gold", "iron"]}"#
            #expect(try await desk.field(.account, "tier", choices) == "made")
            #expect(try await desk.field(.account, "tier", choices) == "unchanged")
            try await desk.write(AccountDraft.self, #"{"key": "a", "fields": {"tier": "gold"}}"#)
            let retyped = try await desk.field(.account, "tier", #"{"type": "text"}"#)
            #expect(retyped.contains("1 account has a value in it, such as “a”"))
            let fewer = try await desk.field(.account, "tier", #"{"type": "choice", "choices": ["iron"]}"#)
            #expect(fewer.contains("“gold” is in use, such as by the account “a”"))
            #expect(try await desk.field(.account, "tier", #"{"type": "choice", "choices": ["gold"]}"#) == "changed")
            let use = FieldUse(object: .account, key: "tier")
            let removed: @Sendable (PostgresConnection) async throws -> String = {
                try await use.remove(by: "test", in: $0) ? "gone" : "none"
            }
            #expect(try await desk.refusable(removed).contains("has a value"))
            try await desk.write(AccountDraft.self, #"{"key": "a", "fields": {"tier": null}}"#)
            try await desk.database.owner.execute(
                """
                insert into crm.segment (key, name, expression, sources, changes_with_time)
                values ('golden', 'Golden', 'field( "tier" ) = "gold"', '{}', false)
                """)
            #expect(try await desk.refusable(removed).contains("used by the segment golden"))
            try await desk.database.owner.execute("delete from crm.segment")
            #expect(try await desk.refusable(removed) == "gone")
            #expect(try await desk.refusable(removed) == "none")
            let audit = try await desk.text("select verb, object from crm.audit order by id")
            #expect(audit == "put field account.tier\nput field account.tier\ndelete field account.tier")
        }
    }

    /// A value that is being written while the field's type changes: one of the two is refused, whoever comes first.
    @Test func aValueAndAChangeOfTypeAtOnce() async throws {
        try await Desk.with { desk in
            try await desk.field(.account, "x", #"{"type": "number"}"#)
            let draft = try AccountDraft.read(Desk.fields(#"{"key": "a", "fields": {"x": 4}}"#), .json)
            let retyped = try await desk.pool.transaction { writing -> Task<String, any Error> in
                _ = try await AccountDraft.write([draft], Desk.origin, in: writing)
                let task = Task { try await desk.field(.account, "x", #"{"type": "text"}"#) }
                try await eventually("the change waits for the writer") {
                    try await desk.count("select from pg_locks where not granted") > 0
                }
                return task
            }
            #expect(try await retyped.value.contains("has a value in it"))
        }
    }

    @Test(arguments: [
        ("Health", #"{"type": "text"}"#, "key: expected"), ("a", "{}", "type: is missing"),
        ("a", #"{"type": "choice"}"#, "choices: is missing"),
        ("a", #"{"type": "text", "choices": ["x"]}"#, "choices: a text has none"),
        ("a", #"{"type": "choice", "choices": ["x", "x"]}"#, "choices: expected each choice once"),
        ("a", #"{"type": "choice", "choices": ["x;y"]}"#, "choices: expected texts without ;"),
        ("a", #"{"type": "colour"}"#, "type: expected bool, choice"),
    ])
    func definitionsThatMakeNoSense(_ key: String, _ body: String, _ words: String) throws {
        let refusal = #expect(throws: Refusal.self) { try FieldDefinition(.account, key, Desk.fields(body)) }
        #expect(refusal?.description.hasPrefix(words) == true, "\(refusal?.description ?? "")")
    }
}
