import Chassis
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// What is looked for, shown before it is taken, or refused with a remedy.
@Suite struct AskingAPITests {
    /// Who writes or calls is looked up by the address, however it is written.
    @Test func contactsAreFoundByTheirAddresses() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\nb\n")
            try await office.desk.importing(
                .contacts,
                "account_key,contact_key,name,email,phone\na,x,Anna,Anna@x.de,+380441234567\nb,y,Ben,ben@x.de,+380441234568\n"
            )
            for (query, keys) in [
                ("email=anna@X.de", ["x"]), ("phone=%2B380441234567", ["x"]), ("phone=+380441234568", ["y"]),
                ("phone=380%2044%20123-45-67", ["x"]), ("email=anna@x.de&phone=380441234568", []),
                ("email=anna@x.de&account=a", ["x"]), ("email=anna@x.de&account=b", []), ("email=cy@x.de", []),
            ] {
                let found = try await office.api(.GET, "/v1/contacts?\(query)")
                let shown = keys.indices.map { found["items.\($0).key"] }
                #expect(found["items"] == "[\(keys.count)]" && shown == keys, "\(query): \(found.body)")
            }
            for query in ["email=anna", "phone=12"] {
                #expect(try await office.api(.GET, "/v1/contacts?\(query)").status == 422)
            }
        }
    }

    /// A file shown as it would land, by HTTP as by the command line; what no column says may stand in the query.
    @Test func aFileIsShownBeforeItIsTaken() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\n")
            let csv = ["Content-Type": "text/csv"]
            let file = "Kunde,Nr,wann,Summe\na,1,31.05.2026,\"1 234,50\"\nb,2,31.05.2026,5\na,3,31.02.2026,5\n"
            let query =
                "map=Kunde%3Daccount_key;Nr%3Dorder_key;wann%3Dordered_at;Summe%3Damount&dates=day-first&decimal_comma=true"
            let path = "/v1/imports/orders"
            let shown = try await office.api(.POST, "\(path)/preview?\(query)&set=currency%3DEUR", file, headers: csv)
            #expect(shown["items"] == "[3]" && shown["items.0.result"] == "made", "\(shown.body)")
            #expect(shown["items.0.fields.amount"] == "1234.50" && shown["items.0.fields.currency"] == "EUR")
            #expect(shown["items.1.reason"].contains("no account with the key “b”"), "\(shown.body)")
            #expect(shown["items.2.result"] == "refused" && shown["items.2.field"] == "ordered_at", "\(shown.body)")
            #expect(try await office.desk.count("select from crm.account_order") == 0)
            #expect(try await office.desk.count("select from crm.import where kind = 'orders'") == 0)
            let one = try await office.api(
                .POST, "\(path)/preview?\(query)&set=currency%3DEUR&lines=1", file, headers: csv)
            #expect(one["items"] == "[1]")
            let without = try await office.api(.POST, "\(path)/preview?\(query)", file, headers: csv)
            #expect(without.status == 409 && without["code"] == "bad_file", "\(without.body)")
            let taken = try await office.api(.POST, "\(path)?\(query)&set=currency%3DEUR", file, headers: csv)
            #expect(taken["made"] == "1" && taken["refused"] == "2", "\(taken.body)")
            #expect(
                try await office.desk.text("select amount_minor || currency as line from crm.account_order")
                    == "123450EUR")
        }
    }

    /// A key that reads sees what one of scope api sees, and changes nothing.
    @Test func aKeyThatReadsChangesNothing() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\n")
            let (key, hash) = Key.make(.read)
            try await office.desk.database.owner.execute(
                "insert into crm.api_key (name, scope, hint, hash) values ('bi', 'read', '…', \(Bytes(hash)))")
            let bearer = ["Authorization": "Bearer \(key)"]
            let read = try await office.api(.GET, "/v1/accounts/a", headers: bearer)
            #expect(read.status == 200 && read["account_key"] == "a", "\(read.body)")
            for (method, path) in [
                (.PUT, "/v1/accounts/a"), (.DELETE, "/v1/accounts/a"), (.POST, "/v1/accounts"),
                (.POST, "/v1/segments/check"), (.PUT, "/v1/accounts/a/tags/x"),
            ] as [(HTTPMethod, String)] {
                let refused = try await office.api(method, path, "{}", headers: bearer)
                #expect(refused.status == 403 && refused["code"] == "read_only_key", "\(path): \(refused.body)")
            }
        }
    }

    /// What could not be told apart, or can't be so, is refused with a remedy.
    @Test func whatAFileCouldNotHoldIsRefused() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key,owner\na,ines\nb,olga\n")
            func contact(_ more: String) -> String { #"{"account_key": "a", "name": "Anna", \#(more)}"# }
            let later =
                #""consents": [{"channel": "mail", "topic": "news", "granted": true, "at": "2100-01-01T00:00:00Z"}]"#
            let both =
                #""consents": [{"channel": "mail", "topic": "news", "granted": true}, {"channel": "mail", "topic": "news", "granted": false}]"#
            for (path, body, status, code) in [
                ("accounts/a", #"{"tags": ["c;d"]}"#, 409, "bad_tag"),
                ("contacts/x", contact(#""addresses": [{"channel": "telegram", "value": "@ole;na"}]"#), 422, "invalid"),
                ("accounts/a/tags/c%3Bd", "", 409, "bad_tag"), ("contacts/x", contact(later), 409, "in_future"),
                ("contacts/x", contact(both), 409, "bad_consents"),
            ] {
                let answer = try await office.api(.PUT, "/v1/\(path)", body)
                #expect(answer.status == status && answer["code"] == code, "\(answer.body)")
            }
            // Given and then refused is a history.
            let history =
                #""consents": [{"channel": "mail", "topic": "news", "granted": true, "at": "2025-01-01T00:00:00Z"}, {"channel": "mail", "topic": "news", "granted": false, "at": "2026-01-01T00:00:00Z"}]"#
            #expect(try await office.api(.PUT, "/v1/contacts/x", contact(history)).status == 201)
            #expect(
                try await office.desk.text("select granted::text from crm.contact_consent order by occurred_at")
                    == "true\nfalse")
            // A client that lost the first answer learns the id.
            let note = #"{"kind": "note", "title": "Hi", "entry_key": "k"}"#
            let first = try await office.api(.POST, "/v1/accounts/a/interactions", note)
            let again = try await office.api(.POST, "/v1/accounts/a/interactions", note)
            #expect(
                again["id"] == first["id"] && again["result"] == "unchanged" && again["key"] == "k", "\(again.body)")
        }
    }

    /// A filter that names what isn't there would look like a list that is empty.
    @Test func aMistypedFilterIsSaid() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\nb\n")
            for (query, code) in [
                ("deals?pipeline=sale", "unknown_pipeline"), ("deals?stage=lots", "unknown_stage"),
                ("deals?pipeline=sales&stage=lots", "unknown_stage"), ("deals?owner=nobody", "unknown_user"),
                ("deals?account=c", "unknown_account"), ("tasks?owner=nobody", "unknown_user"),
            ] {
                let answer = try await office.api(.GET, "/v1/\(query)")
                #expect(answer.status == 409 && answer["code"] == code, "\(query): \(answer.body)")
            }
            #expect(try await office.api(.GET, "/v1/deals?pipeline=sales&stage=lost")["items"] == "[0]")
            // What stood at an account that was merged away is found by its key.
            _ = try await office.api(.PUT, "/v1/tickets/t", #"{"account_key": "b", "subject": "Help"}"#)
            _ = try await office.api(.POST, "/v1/accounts/b/merge", #"{"into": "a"}"#)
            for account in ["a", "b"] {
                #expect(try await office.api(.GET, "/v1/tickets?account=\(account)")["items"] == "[1]")
            }
        }
    }
}
