import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct APITests {
    @Test func anAccountIsPutAndRead() async throws {
        try await Office.with { office in
            let made = try await office.api(
                .PUT, "/v1/accounts/a%2Fb", #"{"name": "Ім'я", "country": "UA", "tags": ["vip"]}"#)
            #expect(made.status == 201)
            #expect(made["result"] == "made")
            let again = try await office.api(
                .PUT, "/v1/accounts/a%2Fb", #"{"name": "Ім'я", "country": "UA", "tags": ["vip"]}"#)
            #expect([again.status.description, again["result"]] == ["200", "unchanged"])
            let cleared = try await office.api(.PUT, "/v1/accounts/a%2Fb", #"{"country": null}"#)
            #expect(cleared["result"] == "changed")
            let card = try await office.api(.GET, "/v1/accounts/a%2Fb")
            #expect(
                [card["account_key"], card["name"], card["country"], card["tags.0"]] == ["a/b", "Ім'я", "null", "vip"])
            #expect(card["reasons"] == "[0]")
            let audit = try await office.desk.text(
                "select actor, verb, object, detail -> 'from' ->> 'country' as was from crm.audit order by id")
            #expect(audit == "key 1 put account a/b -\nkey 1 put account a/b UA")
        }
    }

    @Test func whatIsWrongIsNamedWithItsField() async throws {
        try await Office.with { office in
            let cases = [
                (#"{"country": "Ukraine"}"#, 422, "country"), (#"{"nmae": "x"}"#, 422, "nmae"),
                (#"{"name": 5}"#, 422, "name"), (#"{"owner": "nobody"}"#, 409, "owner"),
                (#"{"tags": [1]}"#, 422, "tags[0]"), (#"{"time_zone": "Mars/Base"}"#, 422, "time_zone"),
                ("{", 400, "-"), ("[]", 400, "-"), ("", 400, "-"), (#"{"name": "\u0000"}"#, 422, "name"),
            ]
            for (body, status, field) in cases {
                let answer = try await office.api(.PUT, "/v1/accounts/x", body)
                #expect(answer.status == status, "\(body): \(answer.body)")
                #expect(answer["field"] == field, "\(body): \(answer.body)")
                #expect(answer["message"].count > 10)
            }
            #expect(try await office.desk.count("select from crm.account") == 0)
            let deep = String(repeating: "[", count: 500) + String(repeating: "]", count: 500)
            let nested = try await office.api(.PUT, "/v1/accounts/x", #"{"name": "# + deep + "}")
            #expect(nested.status == 400)
            #expect(nested["message"].contains("levels deep"))
            let long = try await office.api(.PUT, "/v1/accounts/" + String(repeating: "x", count: 201), "{}")
            #expect(long.status == 422)
        }
    }

    @Test(arguments: [("{}", 1), (#"{"a": "[[[["}"#, 1), (#"{"a": "\"[", "b": [{}]}"#, 3), ("", 0), ("]]]", 0)])
    func depth(_ text: String, _ expected: Int) {
        #expect(JSONBody.depth(of: text.utf8) == expected)
    }

    @Test func onlyAKeyOfScopeAPIOpensIt() async throws {
        try await Office.with { office in
            for header in [[:], ["Authorization": "Bearer hf_api_00000000000000000000000000000000"]] {
                let answer = try await office.ask(.GET, "/v1/accounts", headers: header)
                #expect(answer.status == 401)
                #expect(answer.headers["www-authenticate"] == ["Bearer"])
            }
            let open = try await office.api(.GET, "/v1/accounts")
            #expect(open.status == 200)
        }
    }

    @Test func listsArePagedByKey() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\n" + (1...7).map { "a\($0)\n" }.joined())
            var seen: [String] = []
            var path = "/v1/accounts?limit=3"
            for _ in 0..<3 {
                let page = try await office.api(.GET, path)
                seen += (0..<3).map { page["items.\($0).account_key"] }.filter { $0 != "-" }
                path = "/v1/accounts?limit=3&after=\(page["next_after"])"
                if page["next_after"] == "null" { break }
            }
            #expect(seen == (1...7).map { "a\($0)" })
            let wrong = try await office.api(.GET, "/v1/accounts?limit=0")
            #expect([wrong.status.description, wrong["field"]] == ["422", "limit"])
        }
    }

    @Test func contactsWithAddressesAndConsents() async throws {
        try await Office.with { office in
            let body = """
                {"account_key": "acme", "name": "Anna", "email": "anna@example.invalid",
                 "addresses": [{"channel": "telegram", "value": "@anna"}],
                 "consents": [{"channel": "mail", "topic": "marketing", "granted": true}]}
                """
            let early = try await office.api(.PUT, "/v1/contacts/anna", body)
            #expect([early.status.description, early["field"]] == ["409", "account_key"])
            try await office.desk.importing(.accounts, "key\nacme\n")
            #expect(try await office.api(.PUT, "/v1/contacts/anna", body).status == 201)
            #expect(try await office.api(.PUT, "/v1/contacts/anna", body)["result"] == "unchanged")
            let withdrawn =
                #"{"account_key": "acme", "consents": [{"channel": "mail", "topic": "marketing", "granted": false}]}"#
            #expect(try await office.api(.PUT, "/v1/contacts/anna", withdrawn)["result"] == "changed")
            let contact = try await office.api(.GET, "/v1/contacts/anna")
            #expect(contact["addresses"] == "[2]")
            #expect(contact["consents.0.granted"] == "false")
            let heard = try await office.desk.count(
                "select from report.job where kind = 'contact.unsubscribed' and queue = 'scheduler'")
            #expect(heard == 1)
        }
    }

    @Test func ordersInBulkGetAVerdictEach() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\n")
            let body = """
                {"orders": [
                {"account_key": "a", "order_key": "1", "ordered_at": "2026-05-01T10:00:00Z", "amount": "29.33", "currency": "USD"},
                {"account_key": "b", "order_key": "2", "ordered_at": "2026-05-01T10:00:00Z", "amount": "1", "currency": "USD"},
                {"account_key": "a", "order_key": "1", "ordered_at": "2026-05-01T10:00:00Z", "amount": 1, "currency": "USD"},
                {"account_key": "a", "order_key": "3", "ordered_at": "soon", "amount_minor": 100, "currency": "USD"},
                {"account_key": "a", "order_key": "4", "ordered_at": "2026-05-01", "amount_minor": -100, "currency": "USD"}
                ]}
                """
            let answer = try await office.api(.POST, "/v1/orders", body)
            #expect(answer.status == 200)
            let results = (0..<5).map { answer["results.\($0).result"] }
            #expect(results == ["made", "refused", "refused", "refused", "made"])
            #expect(answer["results.1.field"] == "orders[1].account_key")
            #expect(answer["results.3.field"] == "orders[3].ordered_at")
            let orders = try await office.desk.text(
                "select key, amount_minor::text from crm.account_order order by key")
            #expect(orders == "1 2933\n4 -100")
            let single = #"{"account_key": "a", "ordered_at": "2026-05-01T10:00:00Z", "amount": 30, "currency": "USD"}"#
            #expect(try await office.api(.PUT, "/v1/orders/1", single)["result"] == "changed")
            let subscription = #"{"account_key": "a", "mrr": 49, "currency": "EUR", "plan": "pro"}"#
            #expect(try await office.api(.PUT, "/v1/subscriptions/s1", subscription).status == 201)
            #expect(try await office.api(.PUT, "/v1/subscriptions/s1", subscription)["result"] == "unchanged")
        }
    }

    @Test func talksAndTagsStandOnTheCard() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\n")
            let call = #"{"kind": "call", "direction": "out", "body": "They will stay.\nMore", "entry_key": "call-1"}"#
            #expect(try await office.api(.POST, "/v1/accounts/a/interactions", call).status == 201)
            #expect(try await office.api(.POST, "/v1/accounts/a/interactions", call)["result"] == "unchanged")
            #expect(try await office.api(.PUT, "/v1/accounts/a/tags/on%20holiday")["result"] == "changed")
            #expect(try await office.api(.PUT, "/v1/accounts/a/tags/on%20holiday")["result"] == "unchanged")
            let card = try await office.api(.GET, "/v1/accounts/a")
            #expect([card["tags.0"], card["timeline.0.words"]] == ["on holiday", "They will stay."])
            #expect(try await office.api(.DELETE, "/v1/accounts/a/tags/on%20holiday")["result"] == "changed")
            #expect(try await office.api(.GET, "/v1/accounts/a/timeline")["items"] == "[1]")
            #expect(try await office.api(.POST, "/v1/accounts/none/interactions", call).status == 404)
        }
    }

    @Test func segmentsAreDefinedCheckedAndListed() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key,country\na,UA\nb,DE\n")
            let check = try await office.api(.POST, "/v1/segments/check", #"{"expression": "country = \"UA\""}"#)
            #expect([check["count"], check["sample.0.key"], check["sources.0"]] == ["1", "a", "account"])
            #expect(check["sql"].contains("$1"))
            let bad = try await office.api(.POST, "/v1/segments/check", #"{"expression": "plann = 1"}"#)
            #expect([bad.status.description, bad["code"]] == ["409", "bad_expression"])
            #expect(bad["message"].contains("1:1: unknown fact \"plann\""))
            #expect(try await office.api(.PUT, "/v1/segments/ua", #"{"expression": "country = \"UA\""}"#).status == 201)
            // The service finds its members by a job of its own.
            try await eventually("a is in it") {
                try await office.api(.GET, "/v1/segments")["items.0.accounts"] == "1"
            }
            #expect(try await office.api(.GET, "/v1/segments/ua/members")["items.0.account_key"] == "a")
            #expect(try await office.api(.GET, "/v1/segments/none/members").status == 404)
            let both = try await office.api(.PUT, "/v1/segments/both", #"{"expression": "in segment(\"ua\")"}"#)
            #expect(both.status == 201)
            let circle = try await office.api(.PUT, "/v1/segments/ua", #"{"expression": "in segment(\"both\")"}"#)
            #expect(circle.status == 409 && circle["message"].contains("ua → both → ua"), "\(circle.body)")
            let used = try await office.api(.DELETE, "/v1/segments/ua")
            #expect(used.status == 409 && used["code"] == "in_use" && used["message"].contains("segment both"))
            #expect(try await office.api(.DELETE, "/v1/segments/both").status == 200)
            #expect(try await office.api(.DELETE, "/v1/segments/both").status == 404)
            #expect(
                try await office.api(.PUT, "/v1/segments/Bad%20Key", #"{"expression": "mrr > 1 EUR"}"#).status == 422)
        }
    }

    @Test func doneOnATaskIsACommandToScheduler() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\na\n")
            let id = try await office.desk.task("a", "Call them")
            let nobody = try await office.api(.POST, "/v1/tasks/\(id)/done", #"{"by": "nobody"}"#)
            #expect([nobody.status.description, nobody["code"]] == ["409", "unknown_user"])
            try await office.desk.database.owner.withConnection {
                try await $0.script("insert into crm.team_user (name) values ('anna')")
            }
            let answer = try await office.api(.POST, "/v1/tasks/\(id)/done", #"{"by": "anna"}"#)
            #expect([answer.status.description, answer["state"]] == ["202", "open"])
            _ = try await office.api(.POST, "/v1/tasks/\(id)/done", "{}")
            let commands = try await office.desk.text(
                "select payload ->> 'task_id' as task, payload ->> 'by' as by from queue.job where kind = 'task.complete'"
            )
            #expect(commands == "\(id) anna")
            #expect(try await office.api(.POST, "/v1/tasks/999/done", "{}").status == 404)
            #expect(try await office.api(.GET, "/v1/tasks")["items.0.title"] == "Call them")
        }
    }
}
