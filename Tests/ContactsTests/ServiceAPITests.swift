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
