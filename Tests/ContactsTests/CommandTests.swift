import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

/// The program itself, as people and scripts run it.
@Suite struct CommandTests {
    private func run(_ desk: Desk, _ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
        try await RunningProgram.run(
            "contacts", arguments,
            environment: ["HOLDFAST_CONTACTS_DATABASE_URL": desk.database.url(as: ServiceName.contacts.role)])
    }

    private func lastLine(_ text: String) -> String {
        text.split(separator: "\n").last.map(String.init) ?? ""
    }

    @Test func aKeyIsShownOnceAndKeptAsAHash() async throws {
        try await Desk.with { desk in
            let made = try await run(desk, "key", "add", "--name", "shop", "--scope", "write")
            #expect(made.exit == .code(0))
            let key = lastLine(made.output)
            #expect(key.hasPrefix("hf_write_"))
            let found = try await desk.pool.first("select scope from crm.check_key(sha256(convert_to(\(key), 'UTF8')))")
            #expect(try found?["scope"] == "write")
            let dump = try await desk.text("select to_jsonb(k)::text as row from crm.api_key k")
            #expect(!dump.contains(key))
            #expect(try await run(desk, "key", "list").output.contains("shop"))
            #expect(try await run(desk, "key", "revoke", "1").exit == .code(0))
            let gone = try await desk.count("select from crm.check_key(sha256(convert_to(\(key), 'UTF8')))")
            #expect(gone == 0)
            let wrong = try await run(desk, "key", "add", "--name", "x", "--scope", "all")
            #expect(wrong.exit == .code(64))
            #expect(wrong.output.contains("write, api or read"))
        }
    }

    @Test func aKeysLimitsAreKeptAndItsUseIsShown() async throws {
        try await Desk.with { desk in
            let made = try await run(
                desk, "key", "add", "--name", "shop", "--scope", "write", "--events-per-day", "1000",
                "--events-per-second", "7",
                "--expires-in-days", "30")
            #expect(made.exit == .code(0))
            let limits = try await desk.pool.first(
                """
                select events_per_second::bigint * 100000 + events_per_day as n
                from crm.check_key(sha256(convert_to(\(lastLine(made.output)), 'UTF8')))
                """)
            #expect(try limits?["n"] == Int64(701_000))
            try await desk.database.owner.execute(
                """
                insert into usage.reception_delta
                select date_trunc('minute', now()), 'segment', 1, 41, 0, 1, 1, 9, 0, 0, 0, 0, 0, 0, 0, 0, 0 from generate_series(1, 2)
                """)
            let list = try await run(desk, "key", "list").output
            #expect(
                list.contains("7/s, 1000/day  82  ") && list.contains("good until"), "\(list)"
            )
            #expect(list.contains(lastLine(made.output).prefix(14)) && !list.contains(lastLine(made.output)))
            let limited = try await run(desk, "key", "limit", "1", "--events-per-day", "5")
            #expect(limited.output == "Key 1 (shop) may send 5 events a day.\n")
            #expect(try await run(desk, "key", "list").output.contains("  5/day  "))
            #expect(try await run(desk, "key", "limit", "1").output == "Key 1 (shop) may send as much as it likes.\n")
            #expect(
                try await desk.count(
                    "select from crm.api_key where events_per_day is null and events_per_second is null") == 1)
            let api = try await run(desk, "key", "add", "--name", "x", "--events-per-day", "5")
            #expect(api.exit == .code(64) && api.output.contains("Only a key of scope write"))
            #expect(try await run(desk, "key", "limit", "9").exit == .code(65))
            #expect(try await run(desk, "key", "limit", "1", "--events-per-second", "0").exit == .code(64))
            let audit = try await desk.text(
                "select string_agg(verb, ' ' order by id) from crm.audit where object = 'key shop'")
            #expect(audit == "add limit limit")
        }
    }

    @Test func aUserGetsAPasswordOnce() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,owner\na,Ганна\n")
            let made = try await run(desk, "user", "add", "Ганна", "--role", "admin", "--email", "g@example.invalid")
            #expect(made.exit == .code(0))
            let hash = try await desk.text("select password_hash from crm.user_secret")
            #expect(try Password.matches(lastLine(made.output), hash))
            #expect(try await desk.text("select role, email from crm.team_user") == "admin g@example.invalid")
            let again = try await run(desk, "user", "add", "Ганна")
            #expect(again.exit == .code(65))
            #expect(again.output.contains("already"))
            #expect(try await run(desk, "user", "disable", "Ганна").exit == .code(0))
            #expect(try await run(desk, "user", "list").output.contains("disabled"))
            let wrong = try await run(desk, "user", "add", "x", "--role", "king")
            #expect(wrong.output.contains("expected admin, manager, analyst, service"))
        }
    }

    @Test func fieldsAreDefinedListedAndDeleted() async throws {
        try await Desk.with { desk in
            let put = try await run(
                desk, "field", "put", "account", "tier", "--type", "choice", "--choice", "gold", "--choice", "iron",
                "--mandatory")
            #expect(put.output == "account.tier: made\n")
            #expect(
                try await run(desk, "field", "list").output.contains(
                    "account  tier  tier  choice  gold, iron  mandatory"))
            #expect(try await run(desk, "field", "put", "order", "tier", "--type", "text").exit == .code(64))
            let colour = try await run(desk, "field", "put", "account", "x", "--type", "colour")
            #expect(colour.exit == .code(65) && colour.output.contains("type: expected"), "\(colour.output)")
            try await desk.write(AccountDraft.self, #"{"key": "a", "fields": {"tier": "iron"}}"#)
            let used = try await run(desk, "field", "delete", "account", "tier")
            #expect(used.exit == .code(65) && used.output.contains("1 account has a value in it"), "\(used.output)")
            #expect(try await run(desk, "field", "delete", "account", "none").exit == .code(65))
        }
    }

    @Test func importSaysWhatBecameOfTheFile() async throws {
        try await Desk.with { desk in
            let path = FileManager.default.temporaryDirectory.appending(path: "\(UUID().uuidString).csv").path
            defer { try? FileManager.default.removeItem(atPath: path) }
            _ = FileManager.default.createFile(
                atPath: path, contents: Data("key,country,x\na,UA,1\nb,Ukraine,2\n".utf8))
            let done = try await run(desk, "import", "accounts", path, "--source", "demo")
            #expect(done.exit == .code(0))
            for words in ["1 made", "1 refused", "not used: x", "line 3: country:"] {
                #expect(done.output.contains(words), "\(words) in \(done.output)")
            }
            #expect(try await desk.text("select key, source from crm.account") == "a demo")
            let missing = try await run(desk, "import", "accounts", "/nowhere.csv")
            #expect(missing.exit == .code(65))
            #expect(try await run(desk, "import", "cats", path).exit == .code(64))
        }
    }

    @Test func segmentsAreDefinedAndChecked() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,country\na,UA\n")
            let made = try await run(desk, "segment", "define", "ua", "Ukraine", "country = \"UA\"")
            #expect(lastLine(made.output) == "ua: 1 accounts")
            #expect(try await run(desk, "segment", "list").output.contains("Ukraine"))
            let checked = try await run(desk, "segment", "check", "country = \"UA\"")
            #expect(checked.output.contains("1 accounts") && checked.output.contains("a  a"))
            let bad = try await run(desk, "segment", "check", "plann = 1")
            #expect(bad.exit == .code(65))
            #expect(bad.output.contains("nearest is plan"))
        }
    }

    @Test func aRateMakesAmountsComparable() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            try await desk.importing(
                .subscriptions, "account_key,subscription_key,status,mrr,currency\na,s,active,1000,USD\n")
            _ = try await run(desk, "segment", "define", "big", "Big", "mrr > 500 EUR")
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 0)
            let odd = try await run(desk, "rate", "put", "USD", "USD", "1")
            #expect(odd.exit != .code(0) && odd.output.contains("USD EUR 0.92"), "\(odd.output)")
            let day = try await desk.text("select (current_date - 300)::text")
            let put = try await run(desk, "rate", "put", "USD", "EUR", "0.92", "--day", day)
            #expect(put.output.contains("1 USD is 0.92 EUR from \(day) on"), "\(put.output)")
            try await desk.work()
            #expect(try await desk.count("select from crm.segment_member") == 1)
            #expect(try await run(desk, "rate", "list").output.contains("0.92"))
            let facts = try await run(desk, "segment", "facts", "orders.")
            #expect(facts.output.contains("orders.count(") && !facts.output.contains("tickets."), "\(facts.output)")
        }
    }
}
