import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// Erasing, merging, importing and exporting over HTTP.
@Suite struct UpkeepAPITests {
    @Test func aPersonIsExportedAndErased() async throws {
        try await Office.with { office in
            try await office.desk.olena()
            let path = "/v1/contacts/\(Olena.key)"
            let export = try await office.api(.GET, path + "/export")
            #expect(export.status == 200 && export.body.contains(Olena.mail))
            let erased = try await office.api(.DELETE, path)
            #expect(erased.status == 200 && erased["removed.crm.contact"] != "0", "\(erased.body)")
            let certificate = try await office.api(.GET, "/v1/erasures/\(erased["erasure_id"])")
            #expect(certificate.body == erased.body && certificate["actor"].hasPrefix("key "))
            #expect(try await office.api(.DELETE, path)["code"] == "unknown_contact")
            #expect(try await office.api(.GET, path + "/export")["code"] == "unknown_contact")
            let company = try await office.api(.DELETE, "/v1/accounts/acme")
            #expect(company.status == 409 && company["code"] == "no_person")
            #expect(try await office.api(.GET, "/v1/erasures/99")["code"] == "unknown_erasure")
        }
    }

    @Test func accountsAreMergedAndTheMergeUndone() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key,name\na,Acme Works LLC\nb,ТОВ Акме Воркс\n")
            let pairs = try await office.api(.GET, "/v1/duplicates")
            #expect(pairs["items"] == "[1]" && pairs["items.0.why.0"] == "same name", "\(pairs.body)")
            let key = ["Idempotency-Key": "m1"]
            let merged = try await office.api(.POST, "/v1/accounts/a/merge", #"{"into": "b"}"#, headers: key)
            #expect(merged.status == 200 && merged["result"] == "changed", "\(merged.body)")
            let again = try await office.api(.POST, "/v1/accounts/a/merge", #"{"into": "b"}"#, headers: key)
            #expect(again.body == merged.body)
            #expect(try await office.api(.GET, "/v1/duplicates")["items"] == "[0]")
            let circle = try await office.api(.POST, "/v1/accounts/b/merge", #"{"into": "a"}"#)
            #expect(circle.status == 409 && circle["code"] == "one_already")
            #expect(try await office.api(.GET, "/v1/merges")["items.0.into_key"] == "b")
            let undone = try await office.api(.POST, "/v1/merges/\(merged["merge_id"])/undo")
            #expect(undone["result"] == "changed", "\(undone.body)")
            let twice = try await office.api(.POST, "/v1/merges/\(merged["merge_id"])/undo")
            #expect(twice["result"] == "unchanged")
            #expect(try await office.api(.POST, "/v1/merges/99/undo").status == 404)
        }
    }

    @Test func aFileIsTakenInReadOutAndTakenBack() async throws {
        try await Office.with { office in
            let file = "Key;Name;Seit\na;Acme;31.05.2026\nb;;morgen\n"
            let path = "/v1/imports/accounts?map=Seit%3Dcreated_at&dates=day-first"
            let csv = ["Content-Type": "text/csv"]
            let done = try await office.api(.POST, path, file, headers: csv)
            #expect(done.status == 200 && done["made"] == "1" && done["refused"] == "1", "\(done.body)")
            let refusals = try await office.api(.GET, "/v1/imports/\(done["import_id"])/refusals")
            #expect(refusals["items.0.line"] == "3" && refusals["items.0.field"] == "created_at", "\(refusals.body)")
            let again = try await office.api(.POST, path, file, headers: csv)
            #expect(again["unchanged"] == "1" && again["made"] == "0")
            #expect(again["unused_columns"] == "[0]" && again["new_users"] == "[0]")
            let more = try await office.api(.POST, "/v1/imports/accounts", "key,industri\na,tools\n", headers: csv)
            #expect(more["unused_columns.0"] == "industri", "\(more.body)")
            let out = try await office.api(.GET, "/v1/export/accounts", headers: ["Accept": "text/csv"])
            #expect(out.headers["content-type"] == ["text/csv; charset=utf-8"])
            #expect(out.body.hasPrefix("key,name,kind,") && out.body.contains("\na,Acme,company,"), "\(out.body)")
            let lines = try await office.api(.GET, "/v1/export/accounts?format=ndjson")
            #expect(lines.body.split(separator: "\n").count == 1 && lines["name"] == "Acme")
            let undone = try await office.api(.POST, "/v1/imports/\(done["import_id"])/undo")
            #expect(undone["taken_back"] == "1", "\(undone.body)")
            #expect(try await office.api(.POST, "/v1/imports/\(done["import_id"])/undo")["undone_now"] == "false")
            #expect(try await office.desk.count("select from crm.account") == 0)
            // A mistyped owner is a new user: that is said.
            let owned = try await office.api(.POST, "/v1/imports/accounts", "key,owner\na,Typo Person\n", headers: csv)
            #expect(owned["new_users.0"] == "Typo Person", "\(owned.body)")
            for (path, code, status) in [
                ("/v1/imports/accounts", "bad_file", 409), ("/v1/imports/99/undo", "unknown_import", 404),
            ] {
                let answer = try await office.api(.POST, path, path.hasSuffix("undo") ? nil : "name\nx\n", headers: csv)
                #expect(answer.status == status && answer["code"] == code, "\(path) \(answer.body)")
            }
            #expect(try await office.api(.GET, "/v1/imports/99/refusals")["code"] == "unknown_import")
            #expect(try await office.api(.GET, "/v1/export/accounts?segment=none")["code"] == "unknown_segment")
        }
    }

    @Test func anAudienceIsRead() async throws {
        try await Office.with { office in
            try await office.desk.importing(.accounts, "key,country\na,UA\n")
            try await office.desk.importing(
                .contacts, "account_key,contact_key,email,consents\na,c,anna@x.de,mail:ads=granted\n")
            let segment = #"{"expression": "country = \"UA\""}"#
            #expect(try await office.api(.PUT, "/v1/segments/ua", segment).status == 201)
            try await eventually("the account is in it") {
                try await office.desk.count("select from crm.segment_member") == 1
            }
            let answer = try await office.api(.GET, "/v1/segments/ua/audience")
            #expect(answer.body.split(separator: "\n").count == 2 && answer.body.hasPrefix("mail_sha256,"))
            #expect(try await office.api(.GET, "/v1/segments/no/audience").status == 409)
        }
    }
}
