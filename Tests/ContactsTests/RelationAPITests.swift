import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Fields, losses, deals, tickets, invoices, goals and requests over HTTP.
@Suite struct RelationAPITests {
    private static let records: [(noun: String, path: String, first: String, second: String)] = [
        (
            "deal", "/v1/deals/d", #"{"account_key": "acme", "name": "Pilot", "amount": 90, "currency": "EUR"}"#,
            #"{"account_key": "acme", "stage": "proposal"}"#
        ),
        (
            "ticket", "/v1/tickets/t", #"{"account_key": "acme", "subject": "Help"}"#,
            #"{"account_key": "acme", "status": "solved"}"#
        ),
        (
            "invoice", "/v1/invoices/i",
            #"{"account_key": "acme", "amount": "9.50", "currency": "EUR", "issued_on": "2026-05-01"}"#,
            #"{"account_key": "acme", "amount": "9.50", "currency": "EUR", "issued_on": "2026-05-01", "paid_at": "2026-05-02"}"#
        ),
        (
            "goal", "/v1/goals/g", #"{"account_key": "acme", "words": "Grow"}"#,
            #"{"account_key": "acme", "status": "reached"}"#
        ),
        ("request", "/v1/requests/dark-mode", #"{"title": "Dark mode"}"#, #"{"status": "planned"}"#),
    ]

    @Test func everyRecordIsReadAndChangedByItsVersion() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key\nacme\n")
            for (noun, path, first, second) in Self.records {
                let unknown = try await office.api(.GET, path)
                #expect(unknown.status == 404 && unknown["code"] == "unknown_\(noun)", "\(unknown.body)")
                let made = try await office.api(.PUT, path, first, headers: ["If-None-Match": "*"])
                #expect(made.status == 201, "\(made.body)")
                let shown = try await office.api(.GET, path)
                #expect(shown.status == 200 && shown.headers["etag"] == made.headers["etag"], "\(noun)")
                #expect(try await office.api(.PUT, path, first)["result"] == "unchanged", "\(noun)")
                let version = try #require(made.headers["etag"].first)
                let changed = try await office.api(.PUT, path, second, headers: ["If-Match": version])
                #expect(changed["result"] == "changed", "\(changed.body)")
                let late = try await office.api(.PUT, path, second, headers: ["If-Match": version])
                #expect(late.status == 412, "\(late.body)")
                let folder = path.split(separator: "/")[1]
                let list = try await office.api(.GET, "/v1/\(folder)?limit=1")
                #expect(list["items"] == "[1]" && list["next_after"] == "null", "\(list.body)")
                if noun != "request" {
                    let none = try await office.api(.GET, "/v1/\(folder)?account=nobody")
                    #expect(none.status == 409 && none["code"] == "unknown_account", "\(none.body)")
                    let missing = try await office.api(.PUT, path, first.replacing("acme", with: "nobody"))
                    #expect(missing.status == 409 && missing["code"] == "unknown_account", "\(missing.body)")
                    let rows = try await office.api(
                        .POST, "/v1/\(folder)", "{\"\(folder)\": [\(first.dropLast()), \"\(noun)_key\": \"x\"}, {}]}")
                    #expect(rows["results.0.result"] == "made" && rows["results.1.result"] == "refused", "\(rows.body)")
                }
            }
            let audit = try await office.desk.count("select from crm.audit where verb = 'put' and detail ? 'to'")
            #expect(audit == 2 * Int64(Self.records.count))
        }
    }

    @Test func aChoiceThatASegmentAsksForStays() async throws {
        try await Office.with { office in
            let path = "/v1/fields/account/tier"
            func choices(_ list: String) -> String { "{\"type\": \"choice\", \"choices\": [\(list)]}" }
            #expect(try await office.api(.PUT, path, choices(#""gold", "tin""#)).status == 201)
            let segment = #"{"expression": "field(\"tier\") = \"gold\""}"#
            #expect(try await office.api(.PUT, "/v1/segments/gold", segment).status == 201)
            let refused = try await office.api(.PUT, path, choices(#""tin""#))
            #expect([refused.status.description, refused["code"]] == ["409", "in_use"], "\(refused.body)")
            #expect(refused["message"].contains("“gold”"), "\(refused.body)")
            #expect(try await office.api(.PUT, path, choices(#""gold""#)).status == 200)
        }
    }

    @Test func fieldsAreDefinedAndHold() async throws {
        try await Office.with { office in
            let path = "/v1/fields/account/health"
            #expect(try await office.api(.GET, path)["code"] == "unknown_field")
            #expect(try await office.api(.PUT, path, #"{"type": "number", "name": "Health"}"#).status == 201)
            #expect(try await office.api(.PUT, path, #"{"type": "number", "name": "Health"}"#)["result"] == "unchanged")
            #expect(try await office.api(.GET, path)["type"] == "number")
            #expect(try await office.api(.GET, "/v1/fields?object=account")["items"] == "[1]")
            #expect(try await office.api(.GET, "/v1/fields?object=deal")["items"] == "[0]")
            #expect(try await office.api(.PUT, "/v1/fields/order/x", #"{"type": "number"}"#).status == 422)
            let odd = try await office.api(.PUT, "/v1/fields/account/x", #"{"type": "text", "choices": ["a"]}"#)
            #expect([odd.status.description, odd["code"]] == ["409", "bad_choices"])
            let put = try await office.api(.PUT, "/v1/accounts/a", #"{"fields": {"health": 4}}"#)
            #expect(put.status == 201, "\(put.body)")
            #expect(try await office.api(.GET, "/v1/accounts/a")["fields.health"] == "4")
            for (body, code, field) in [
                (#"{"fields": {"health": "good"}}"#, "bad_field_value", "fields.health"),
                (#"{"fields": {"helth": 1}}"#, "unknown_field", "fields.helth"),
            ] {
                let refused = try await office.api(.PUT, "/v1/accounts/a", body)
                #expect([refused.status.description, refused["code"], refused["field"]] == ["409", code, field])
            }
            #expect(try await office.api(.PUT, "/v1/accounts/a", #"{"fields": [1]}"#).status == 422)
            let used = try await office.api(.DELETE, path)
            #expect([used.status.description, used["code"]] == ["409", "in_use"])
            _ = try await office.api(.PUT, "/v1/accounts/a", #"{"fields": {"health": null}}"#)
            #expect(try await office.api(.DELETE, path)["result"] == "deleted")
            #expect(try await office.api(.DELETE, path).status == 404)
            _ = try await office.api(.PUT, path, #"{"type": "number", "mandatory": true}"#)
            let lacking = try await office.api(.PUT, "/v1/accounts/b", "{}")
            #expect([lacking.status.description, lacking["code"]] == ["409", "field_needed"])
            #expect(try await office.api(.GET, "/v1/accounts/a")["missing_fields.0"] == "health")
        }
    }

    @Test func reasonsAndStagesAreKept() async throws {
        try await Office.with { office in
            #expect(try await office.api(.GET, "/v1/loss-reasons")["items.0.key"] == "audience_misunderstood")
            #expect(try await office.api(.PUT, "/v1/loss-reasons/too_slow", #"{"name": "Too slow"}"#).status == 201)
            #expect(try await office.api(.GET, "/v1/loss-reasons")["items.12.name_uk"] == "Too slow")
            #expect(try await office.api(.DELETE, "/v1/loss-reasons/too_slow")["result"] == "deleted")
            #expect(try await office.api(.DELETE, "/v1/loss-reasons/too_slow")["code"] == "unknown_loss_reason")
            #expect(try await office.api(.GET, "/v1/stages")["items.0.stalled_after_days"] == "7")
            #expect(try await office.api(.PUT, "/v1/stages/hiring/new", #"{"name": "New"}"#).status == 201)
            #expect(try await office.api(.DELETE, "/v1/stages/hiring/new")["result"] == "deleted")
            _ = try await office.api(.PUT, "/v1/accounts/a", "{}")
            let lost = try await office.api(.PUT, "/v1/deals/d", #"{"account_key": "a", "stage": "lost"}"#)
            #expect(
                [lost.status.description, lost["code"], lost["field"]] == ["409", "loss_reason_needed", "loss_reason"])
            let ended = #"{"account_key": "a", "mrr": 1, "currency": "EUR", "status": "ended"}"#
            #expect(try await office.api(.PUT, "/v1/subscriptions/s", ended)["code"] == "loss_reason_needed")
        }
    }

    @Test func accountsAreFoundAndHandedOver() async throws {
        try await Office.with { office in
            try await office.desk.user("mark")
            try await office.desk.importing(.accounts, "key,name,owner\n1,Кав’ярня,ines\n2,Аптека,ines\n3,Ґанок,\n")
            let found = try await office.api(.GET, "/v1/accounts?q=%D0%BA%D0%B0%D0%B2'%D1%8F%D1%80")
            #expect([found["items"], found["items.0.account_key"]] == ["[1]", "1"])
            let sorted = try await office.api(.GET, "/v1/accounts?sort=name&limit=2")
            #expect([sorted["items.0.account_key"], sorted["items.1.account_key"]] == ["2", "3"])
            let rest = try await office.api(.GET, "/v1/accounts?sort=name&after=\(sorted["next_after"])")
            #expect([rest["items.0.account_key"], rest["next_after"]] == ["1", "null"])
            #expect(try await office.api(.GET, "/v1/accounts?sort=name&after=x")["code"] == "bad_cursor")
            #expect(try await office.api(.GET, "/v1/accounts?unowned=true")["items.0.account_key"] == "3")
            let body = #"{"from": "ines", "to": "mark"}"#
            let over = try await office.api(.POST, "/v1/hand-overs", body, headers: ["Idempotency-Key": "k"])
            #expect([over.status.description, over["accounts"]] == ["200", "2"])
            let again = try await office.api(.POST, "/v1/hand-overs", body, headers: ["Idempotency-Key": "k"])
            #expect(again["accounts"] == "2", "the same request is answered as before")
            #expect(try await office.api(.GET, "/v1/accounts?owner=mark")["items"] == "[2]")
            let unknown = try await office.api(.POST, "/v1/hand-overs", #"{"from": "ines", "to": "x"}"#)
            #expect([unknown.status.description, unknown["code"]] == ["409", "unknown_user"])
        }
    }

    @Test func linesVotesReviewsPinsAndPages() async throws {
        try await Office.with { office in
            _ = try await office.api(.PUT, "/v1/accounts/a", "{}")
            let order =
                #"{"account_key": "a", "ordered_at": "2026-05-01", "amount": 30, "currency": "USD", "lines": [{"product": "Tea", "amount": "30.00"}]}"#
            #expect(try await office.api(.PUT, "/v1/orders/1", order).status == 201)
            #expect(try await office.api(.GET, "/v1/orders/1")["lines.0.amount_minor"] == "3000")
            _ = try await office.api(.PUT, "/v1/requests/dark-mode", "{}")
            #expect(try await office.api(.PUT, "/v1/requests/dark-mode/votes/a", #"{"words": "Please"}"#).status == 201)
            #expect(try await office.api(.PUT, "/v1/requests/none/votes/a", "{}")["code"] == "unknown_request")
            #expect(try await office.api(.PUT, "/v1/requests/dark-mode/votes/x", "{}")["code"] == "unknown_account")
            #expect(try await office.api(.GET, "/v1/requests/dark-mode")["votes"] == "1")
            #expect(try await office.api(.DELETE, "/v1/requests/dark-mode/votes/a")["result"] == "changed")
            #expect(try await office.api(.DELETE, "/v1/requests/dark-mode/votes/a")["result"] == "unchanged")
            _ = try await office.api(.PUT, "/v1/goals/g", #"{"account_key": "a"}"#)
            #expect(try await office.api(.POST, "/v1/goals/g/reviews", #"{"progress": 40}"#).status == 201)
            #expect(try await office.api(.POST, "/v1/goals/g/reviews", "{}")["code"] == "empty_review")
            #expect(try await office.api(.GET, "/v1/goals/g")["reviews.0.progress"] == "40")
            let call = #"{"kind": "call", "title": "Renewal", "occurred_at": "2026-01-01"}"#
            let id = try await office.api(.POST, "/v1/accounts/a/interactions", call)["id"]
            #expect(try await office.api(.PUT, "/v1/interactions/\(id)/pin")["result"] == "changed")
            #expect(try await office.api(.PUT, "/v1/interactions/999/pin").status == 404)
            let page = try await office.api(.GET, "/v1/accounts/a/timeline?limit=3")
            #expect([page["pinned.0.words"], page["items"]] == ["Renewal", "[3]"], "\(page.body)")
            let rest = try await office.api(.GET, "/v1/accounts/a/timeline?after=\(page["next_after"])")
            #expect([rest["pinned"], rest["items"], rest["next_after"]] == ["[0]", "[1]", "null"], "\(rest.body)")
            #expect(try await office.api(.GET, "/v1/accounts/a")["pinned.0.words"] == "Renewal")
            #expect(try await office.api(.DELETE, "/v1/interactions/\(id)/pin")["result"] == "changed")
        }
    }
}
