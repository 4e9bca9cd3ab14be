// Over 200 lines: every stubborn case of a merge stands beside the others.
import Chassis
import Foundation
import Jobs
import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct MergeTests {
    @discardableResult
    private func merge(_ key: String, _ into: String, _ desk: Desk) async throws -> Merge {
        try await desk.pool.transaction { try await Merge.run(key, into: into, by: "test", in: $0) }
    }

    @discardableResult
    private func undo(_ id: Int64, _ desk: Desk) async throws -> Verdict {
        try await desk.pool.transaction { try await Merge.undo(id, by: "test", in: $0) }
    }

    private func code(_ body: () async throws -> some Sendable) async -> String {
        do {
            _ = try await body()
            return "done"
        } catch let problem as HTTPProblem {
            return problem.code
        } catch {
            return "\(error)"
        }
    }

    /// Which account is read as which, as `a=b`, those that stand alone left out.
    private func roots(_ desk: Desk) async throws -> String {
        try await desk.text(
            """
            select string_agg(a.key || '=' || s.key, ' ' order by a.key) from crm.account_root r
            join crm.account a on a.id = r.account_id join crm.account s on s.id = r.root_id where r.account_id <> r.root_id
            """)
    }

    @Test func stubbornCasesEndAsTheyShould() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\nb\nc\nd\n")
            #expect(await code { try await merge("a", "a", desk) } == "one_already")
            #expect(await code { try await merge("a", "nobody", desk) } == "unknown_account")
            let first = try await merge("a", "b", desk)
            #expect(first.verdict == .changed)
            let again = try await merge("a", "b", desk)
            #expect(again.verdict == .unchanged && again.id == first.id)
            #expect(await code { try await merge("a", "a", desk) } == "one_already")
            #expect(await code { try await merge("b", "a", desk) } == "one_already", "a circle of two")
            #expect(await code { try await merge("a", "c", desk) } == "already_merged")
            try await merge("c", "a", desk)
            #expect(try await roots(desk) == "a=b c=b", "the survivor's own survivor is meant")
            let onward = try await merge("b", "d", desk)
            #expect(try await roots(desk) == "a=d b=d c=d")
            #expect(await code { try await merge("d", "c", desk) } == "one_already", "a circle of three")
            #expect(try await undo(first.id, desk) == .changed)
            #expect(try await roots(desk) == "b=d c=d", "a stands alone again, the onward merge stands")
            #expect(try await undo(first.id, desk) == .unchanged)
            #expect(try await undo(onward.id, desk) == .changed)
            #expect(try await roots(desk) == "c=b")
            #expect(await code { try await undo(99, desk) } == "unknown_merge")
            #expect(try await merge("a", "c", desk).verdict == .changed, "undone, it may be merged anew")
        }
    }

    @Test func ofMergesAtOnceInACircleOneIsRefused() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\nb\nc\n")
            for round in 0..<5 {
                let codes = await withTaskGroup(of: String.self) { group in
                    for (key, into) in [("a", "b"), ("b", "c"), ("c", "a")] {
                        group.addTask { await code { try await merge(key, into, desk) } }
                    }
                    return await group.reduce(into: []) { $0.append($1) }
                }
                #expect(codes.sorted() == ["done", "done", "one_already"], "round \(round)")
                let living = try await desk.count("select from crm.account where merged_into is null")
                #expect(living == 1)
                for row in try await desk.database.owner.query("select id from crm.merge where undone_at is null") {
                    try await undo(try row["id"], desk)
                }
            }
        }
    }

    /// The whole answers, headers with versions too.
    private func cards(_ office: Office) async throws -> [String] {
        var texts: [String] = []
        for key in ["a", "b"] {
            let card = try await office.api(.GET, "/v1/accounts/\(key)")
            texts += [card.body, card.headers["etag"].joined()]
            var before = ""
            while true {
                let page = try await office.api(.GET, "/v1/accounts/\(key)/timeline?limit=3\(before)")
                texts.append(page.body)
                guard page["items.2.at"] != "-" else { break }
                let at = page["items.2.at"].replacing("+", with: "%2B")
                before = "&before=\(at)"
            }
        }
        return texts
    }

    @Test func afterUndoBothCardsAreWhatTheyWereToTheLastByte() async throws {
        try await Office.with { office in
            let desk = office.desk
            try await desk.importing(.accounts, "key,name,owner,tags\na,Acme,ines,vip;old\nb,ACME Ltd,mark,old\n")
            try await desk.importing(
                .contacts,
                "account_key,contact_key,email,consents\na,a1,x@y.de,mail:marketing=granted\nb,b1,X@y.de,mail:marketing=refused\n"
            )
            try await desk.importing(
                .subscriptions, "account_key,subscription_key,plan,mrr,currency\na,s1,pro,10,EUR\nb,s2,basic,5,EUR\n")
            for key in ["a", "b"] {
                let orders = (1...4).map { "\(key),\(key)\($0),2026-05-0\($0)T10:00:00Z,1\($0),EUR\n" }.joined()
                try await desk.importing(.orders, "account_key,order_key,ordered_at,amount,currency\n" + orders)
                _ = try await desk.task(key, "Call \(key)")
                try await desk.score(key, 0.5, "medium", "words")
                let note = #"{"kind": "note", "body": "About \#(key)"}"#
                #expect(try await office.api(.POST, "/v1/accounts/\(key)/interactions", note).status == 201)
            }
            let before = try await cards(office)
            let merged = try await merge("a", "b", desk)
            let card = try await office.api(.GET, "/v1/accounts/a")
            #expect(card["account_key"] == "b" && card["contacts"] == "[2]" && card["subscriptions"] == "[2]")
            #expect(card["tasks"] == "[2]" && card["tags"] == "[2]" && card["owner"] == "mark", "\(card.body)")
            let timeline = try await office.api(.GET, "/v1/accounts/b/timeline?limit=100")
            for words in ["About a", "About b", "Order a1", "Order b4", "Call a"] {
                #expect(timeline.body.contains(words), "\(words)")
            }
            let money = try await desk.text("select mrr_minor::text from report.account")
            #expect(money == "1500")
            try await undo(merged.id, desk)
            #expect(try await cards(office) == before)
        }
    }

    @Test func theStricterConsentHoldsAsLongAsTheMergeStands() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\nb\nc\n")
            try await desk.importing(
                .contacts,
                """
                account_key,contact_key,email,phone,consents
                a,a1,anna@example.com,,mail:marketing=granted;phone:marketing=granted
                b,b1,Anna@Example.com,,mail:marketing=refused
                b,b2,,+380441234567,phone:marketing=refused
                c,c1,anna@example.com,,mail:marketing=granted
                """)
            func consents() async throws -> String {
                try await desk.text(
                    """
                    select string_agg(c.key || ':' || n.channel || '=' || n.granted, ' ' order by c.key, n.channel)
                    from crm.current_consent n join crm.contact c on c.id = n.contact_id
                    """)
            }
            let before = try await consents()
            #expect(before == "a1:mail=true a1:phone=true b1:mail=false b2:phone=false c1:mail=true")
            let merged = try await merge("a", "b", desk)
            #expect(try await consents() == "a1:mail=false a1:phone=true b1:mail=false b2:phone=false c1:mail=true")
            try await undo(merged.id, desk)
            #expect(try await consents() == before)
        }
    }

    @Test func segmentsFollow() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\nb\n")
            try await desk.importing(
                .orders,
                """
                account_key,order_key,ordered_at,amount,currency
                a,o1,\(Self.lately),1,EUR
                b,o2,\(Self.lately),1,EUR
                """)
            for (key, expression) in [("one", "orders.count(90 days) = 1"), ("two", "orders.count(90 days) = 2")] {
                _ = try await desk.pool.transaction {
                    try await SegmentDefinition.define(
                        SegmentDefinition(key: key, name: key, expression: expression), by: "test", in: $0)
                }
            }
            func members() async throws -> String {
                try await desk.text(
                    """
                    select string_agg(s.key || ':' || a.key, ' ' order by s.key, a.key) from crm.segment_member m
                    join crm.segment s on s.id = m.segment_id join crm.account a on a.id = m.account_id
                    """)
            }
            try await desk.work()
            #expect(try await members() == "one:a one:b")
            let merged = try await merge("a", "b", desk)
            try await desk.work()
            #expect(try await members() == "two:b")
            try await undo(merged.id, desk)
            try await desk.work()
            #expect(try await members() == "one:a one:b")
        }
    }

    private static let lately = Timestamp.write(.now - 86_400)
}
