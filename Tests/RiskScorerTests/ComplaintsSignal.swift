import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

// The README's example, word for word: a test compares them.
extension Signal {
    static let complaints = Signal(
        "complaints", title: "Complaints", about: "Complaints of the last 30 days, as 1 - 0.5^n.",
        words: { (evidence: [String: Int]) in "Complained \(evidence["n", default: 0]) times within 30 days" }
    ) { call in
        """
        select m.account_id, 1 - power(0.5::float8, count(*)) as value, 'ok' as status, jsonb_build_object('n', count(*)) as evidence
        from member m join crm.interaction i on i.account_id = m.member_id and i.kind = 'complaint'
        where \(fragment: call.moment.sees("i")) and i.occurred_at > \(call.moment.at) - interval '30 days' group by m.account_id
        """
    }
}

@Suite struct ComplaintsSignalTests {
    @Test func measuresWhatItSays() async throws {
        try await Tenant.with { tenant in
            for key in ["loud", "calm"] { try await tenant.account(key, sendsUsage: false) }
            try await tenant.owner.execute(
                """
                insert into crm.interaction (account_id, kind, title, occurred_at)
                select id, v.kind, 'x', now() - v.days * interval '1 day' from crm.account,
                    (values ('complaint', 1), ('complaint', 2), ('complaint', 40), ('call', 1)) v (kind, days)
                where key = 'loud'
                """)
            let measuring = Measuring(signals: [.complaints], watched: WatchedEvents())
            let accounts = try await tenant.owner.query("select id from crm.account order by key desc").map {
                try $0["id"] as Int64
            }
            let measured = try await tenant.owner.transaction { connection in
                let now = try await Moment.now(by: connection)
                let fleet = try await measuring.fleet(now, in: connection)
                return try await measuring.measure(accounts, at: now, fleet: fleet, in: connection)
            }
            let loud = try #require(measured[accounts[0]]?["complaints"])
            #expect(loud.value == 0.75)
            #expect(try Signal.complaints.words(loud.evidence) == "Complained 2 times within 30 days")
            #expect(measured[accounts[1]]?["complaints"]?.status == .noData)
        }
    }
}
