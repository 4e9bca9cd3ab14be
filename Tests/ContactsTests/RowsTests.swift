import Model
import NIOHTTP1
import Postgres
import Testing

@testable import Contacts

/// Many in one body, of every kind that has a key.
@Suite struct RowsTests {
    @Test func everyKindIsWrittenInBulk() async throws {
        try await Office.with { office in
            let bodies = [
                (
                    "accounts",
                    #"{"key": "a", "name": "Acme"}, {"key": "b", "owner": "nobody"}, {"key": "a"}, {"name": "x"}"#
                ),
                (
                    "contacts",
                    #"{"contact_key": "c", "account_key": "a"}, {"contact_key": "d", "account_key": "none"}, "#
                        + #"{"contact_key": "c", "account_key": "a"}, {"contact_key": "e", "account_key": "a", "role": "x"}"#
                ),
                (
                    "orders",
                    #"{"order_key": "1", "account_key": "a", "ordered_at": "2026-05-01", "amount": 1, "currency": "EUR"}, "#
                        + #"{"order_key": "2", "account_key": "a", "ordered_at": "2190-05-01", "amount": 1, "currency": "EUR"}, "#
                        + #"{"order_key": "1", "account_key": "a", "ordered_at": "2026-05-01", "amount": 1, "currency": "EUR"}, {}"#
                ),
                (
                    "subscriptions",
                    #"{"subscription_key": "s", "account_key": "a", "mrr": 1, "currency": "EUR"}, "#
                        + #"{"subscription_key": "t", "account_key": "none", "mrr": 1, "currency": "EUR"}, "#
                        + #"{"subscription_key": "s", "account_key": "a", "mrr": 2, "currency": "EUR"}, {"mrr": -1}"#
                ),
            ]
            for (folder, rows) in bodies {
                let key = ["Idempotency-Key": folder]
                let answer = try await office.api(.POST, "/v1/\(folder)", "{\"\(folder)\": [\(rows)]}", headers: key)
                #expect(answer.status == 200, "\(answer.body)")
                let results = (0..<4).map { answer["results.\($0).result"] }
                #expect(results == ["made", "refused", "refused", "refused"], "\(folder): \(answer.body)")
                let codes = (0..<4).map { answer["results.\($0).code"] }
                #expect(["unknown_user", "unknown_account", "in_future"].contains(codes[1]), "\(codes)")
                #expect(codes[0] == "null" && codes[2] == "invalid" && codes[3] == "invalid", "\(codes)")
                #expect(answer["results.1.field"].hasPrefix("\(folder)[1]."))
                let again = try await office.api(.POST, "/v1/\(folder)", "{\"\(folder)\": [\(rows)]}", headers: key)
                #expect(again.body == answer.body && again.headers["idempotency-replayed"] == ["true"])
                let anew = try await office.api(.POST, "/v1/\(folder)", "{\"\(folder)\": [\(rows)]}")
                #expect(anew["results.0.result"] == "unchanged", "\(folder): \(anew.body)")
            }
            #expect(
                try await office.desk.text("select verb, object from crm.audit order by id")
                    == "put accounts\nput contacts\nput orders\nput subscriptions")
            // One whose owner is no user is not written in part.
            #expect(try await office.desk.text("select key from crm.account") == "a")
        }
    }

    @Test func aBodyOfRowsHasALimit() async throws {
        try await Office.with { office in
            let row = #"{"key": "a"}"#
            let most = Array(repeating: row, count: 1_001).joined(separator: ",")
            let answer = try await office.api(.POST, "/v1/accounts", "{\"accounts\": [\(most)]}")
            #expect(answer.status == 422 && answer["field"] == "accounts", "\(answer.body)")
            #expect(try await office.api(.POST, "/v1/accounts", "{}").status == 422)
            #expect(
                try await office.api(.POST, "/v1/accounts", #"{"accounts": [1]}"#)["results.0.field"] == "accounts[0]")
            #expect(try await office.api(.POST, "/v1/accounts", #"{"accounts": []}"#)["results"] == "[0]")
        }
    }
}
