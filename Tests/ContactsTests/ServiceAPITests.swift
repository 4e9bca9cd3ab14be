import Chassis
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Calendars and targets of tickets over HTTP, and lists of what hangs on accounts.
@Suite struct ServiceAPITests {
    private static func hours(_ spans: String, _ rest: String = "") -> String {
        #"{"time_zone": "Europe/Kyiv", "hours": ["# + spans + "]" + rest + "}"
    }
    private static let monday = #"{"weekday": 1, "opens": "09:00", "closes": "13:00"}"#
    private static let evening = #"{"weekday": 1, "opens": "14:00", "closes": "24:00"}"#

    @Test func calendarsAreKeptAsTheyAreGiven() async throws {
        try await Office.with { office in
            let path = "/v1/calendars/kyiv"
            let days = #", "holidays": [{"day": "2026-08-24", "name": "Independence"}]"#
            let made = try await office.api(.PUT, path, Self.hours("\(Self.evening), \(Self.monday)", days))
            #expect(made.status == 201 && made["result"] == "made", "\(made.body)")
            let same = try await office.api(.PUT, path, Self.hours("\(Self.monday), \(Self.evening)"))
            #expect(same["result"] == "unchanged", "what nothing is said of stays: \(same.body)")
            let read = try await office.api(.GET, "/v1/calendars")
            #expect(read["items"] == "[2]" && read["items.1.hours.1.closes"] == "24:00", "\(read.body)")
            #expect(read["items.1.holidays.0.name"] == "Independence")
            #expect(
                try await office.api(.PUT, path, Self.hours(Self.monday, #", "holidays": null"#))["result"] == "changed"
            )
            #expect(try await office.api(.GET, "/v1/calendars")["items.1.holidays"] == "[0]")
            let time = try await office.desk.text(
                "select crm.working_time('kyiv', '2026-11-23 10:00+02', '2026-11-23 20:00+02')::text")
            #expect(time == "03:00:00")

            for (body, code) in [
                (Self.hours(""), "bad_hours"), (Self.hours("\(Self.monday), \(Self.monday)"), "bad_hours"),
                (Self.hours(#"{"weekday": 1, "opens": "13:00", "closes": "09:00"}"#), "bad_hours"),
                (Self.hours(Self.monday, #", "holidays": [{"day": "2026-01-01"}, {"day": "2026-01-01"}]"#), "twice"),
                (Self.hours(#"{"weekday": 8, "opens": "09:00", "closes": "13:00"}"#), "invalid"),
                (Self.hours(#"{"weekday": 1, "opens": "9:00", "closes": "13:00"}"#), "invalid"),
                (#"{"time_zone": "Mars/Base", "hours": [\#(Self.monday)]}"#, "invalid"),
            ] {
                let refused = try await office.api(.PUT, path, body)
                #expect(refused.status == (code == "invalid" ? 422 : 409) && refused["code"] == code, "\(refused.body)")
            }
            for headers in [["If-None-Match": "*"], ["If-Match": #""x""#]] {
                let refused = try await office.api(.PUT, path, Self.hours(Self.evening), headers: headers)
                #expect(refused.status == 400 && refused["code"] == "bad_precondition", "\(refused.body)")
            }
            let audit = try await office.desk.text(
                "select verb || ' ' || object from crm.audit where object like 'calendar%' order by id")
            #expect(audit == "put calendar kyiv\nput calendar kyiv")
        }
    }

    @Test func targetsAreCountedByACalendar() async throws {
        try await Office.with { office in
            func body(_ first: Int, _ solved: Int, _ calendar: String) -> String {
                #"{"first_response_minutes": \#(first), "resolution_minutes": \#(solved), "calendar": "\#(calendar)"}"#
            }
            let path = "/v1/ticket-targets/urgent"
            let unknown = try await office.api(.PUT, path, body(10, 60, "kyiv"))
            #expect(unknown.status == 409 && unknown["code"] == "unknown_calendar", "\(unknown.body)")
            _ = try await office.api(.PUT, "/v1/calendars/kyiv", Self.hours(Self.monday))
            #expect(try await office.api(.PUT, path, body(10, 60, "kyiv"))["result"] == "changed")
            #expect(try await office.api(.PUT, path, body(10, 60, "kyiv"))["result"] == "unchanged")
            #expect(try await office.api(.PUT, path, body(60, 10, "kyiv"))["code"] == "bad_target")
            #expect(try await office.api(.PUT, "/v1/ticket-targets/soon", body(1, 1, "kyiv")).status == 422)
            let listed = try await office.api(.GET, "/v1/ticket-targets")
            #expect(listed["items"] == "[4]" && listed["items.0.first_response_minutes"] == "10", "\(listed.body)")
            let used = try await office.api(.DELETE, "/v1/calendars/kyiv")
            #expect(used.status == 409 && used["code"] == "in_use" && used["message"].contains("urgent"))
            #expect(try await office.api(.DELETE, path)["result"] == "deleted")
            #expect(try await office.api(.DELETE, path)["code"] == "unknown_ticket_target")
            #expect(try await office.api(.DELETE, "/v1/calendars/kyiv")["result"] == "deleted")
            #expect(try await office.api(.DELETE, "/v1/calendars/kyiv")["code"] == "unknown_calendar")
        }
    }

    @Test func whatHangsOnAnAccountIsListed() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key,name\na,A\nb,B\nc,C\n")
            for (path, rows) in [
                (
                    "contacts",
                    ["x", "y", "z"].map {
                        #"{"contact_key": "\#($0)", "account_key": "\#($0 == "z" ? "b" : "a")", "name": "N"}"#
                    }
                ),
                (
                    "orders",
                    ["1", "2", "3"].map {
                        #"{"order_key": "\#($0)", "account_key": "\#($0 == "3" ? "b" : "a")", "ordered_at": "2026-05-01", "amount": 3, "currency": "EUR"}"#
                    }
                ),
                (
                    "subscriptions",
                    ["p", "q", "r"].map {
                        #"{"subscription_key": "\#($0)", "account_key": "\#($0 == "r" ? "b" : "a")", "mrr": 3, "currency": "EUR", "started_at": "2026-05-01"}"#
                    }
                ),
            ] {
                let posted = try await office.api(
                    .POST, "/v1/\(path)", #"{"\#(path)": ["# + rows.joined(separator: ",") + "]}")
                #expect(posted["results.2.result"] == "made", "\(posted.body)")
                let all = try await office.api(.GET, "/v1/\(path)")
                #expect(all["items"] == "[3]" && all["items.2.account_key"] == "b", "\(all.body)")
                let first = try await office.api(.GET, "/v1/\(path)?account=a&limit=1")
                let next = try await office.api(.GET, "/v1/\(path)?account=a&limit=1&after=\(first["next_after"])")
                #expect(
                    first["items"] == "[1]" && next["items"] == "[1]" && next["next_after"] == "null", "\(next.body)")
                let single = try await office.api(.GET, "/v1/\(path)/\(all["items.0.key"])")
                let (alone, listed) = (try JSONText(single.body).decode(FieldValue.self), try Self.first(all.body))
                #expect(alone == listed)
                #expect(try await office.api(.GET, "/v1/\(path)?account=nobody")["code"] == "unknown_account")
                #expect(try await office.api(.GET, "/v1/\(path)?account=c")["items"] == "[0]")
            }
            // What was another account's is its survivor's.
            _ = try await office.api(.POST, "/v1/accounts/b/merge", #"{"into": "a"}"#)
            for path in ["contacts", "orders", "subscriptions"] {
                for account in ["a", "b"] {
                    let all = try await office.api(.GET, "/v1/\(path)?account=\(account)")
                    #expect(all["items"] == "[3]" && all["items.2.account_key"] == "a", "\(path) \(all.body)")
                }
            }
        }
    }

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

    private static func first(_ body: String) throws -> FieldValue {
        guard case .list(let items)? = try JSONText(body).decode([String: FieldValue].self)["items"],
            let first = items.first
        else { throw TestBedError("no items: \(body)") }
        return first
    }

    /// What outside programs call their accounts must never be a path of the API's own.
    @Test func noWordOfTheAPIStandsWhereAKeyDoes() {
        let paths = API.operations.map { $0.path.split(separator: "/").map(String.init) }
        let hidden = paths.filter { path in
            path.count > 2 && !path[2].hasPrefix("{")
                && paths.contains { $0.count > 2 && $0[1] == path[1] && $0[2] == "{key}" }
        }
        #expect(
            Set(hidden.map { $0.joined(separator: "/") }) == ["v1/segments/check"], "a segment's key is ours to choose")
    }

    @Test func aRowThatIsNoneHasAVerdictToo() async throws {
        try await Office.with { office in
            let rows = #"[null, 7, {"key": "a", "name": "A"}, [], {"key": 7}]"#
            let answer = try await office.api(.POST, "/v1/accounts", #"{"accounts": \#(rows)}"#)
            #expect(answer.status == 200 && answer["results"] == "[5]", "\(answer.body)")
            #expect(
                (0..<5).map { answer["results.\($0).result"] } == ["refused", "refused", "made", "refused", "refused"])
            #expect(answer["results.1.message"] == "accounts[1]: expected an object, found a number", "\(answer.body)")
        }
    }
}
