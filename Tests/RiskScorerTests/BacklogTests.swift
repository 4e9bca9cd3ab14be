import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// What an import leaves behind: hundreds of jobs about the same accounts.
struct BacklogTests {
    @Test func aBacklogScoresAnAccountFewTimes() async throws {
        try await Tenant.with { tenant in
            try await tenant.fleet(10, days: 1...40)
            let subjects: [Int64] = try await tenant.owner.query("select id from usage.subject").map { try $0["id"] }
            for _ in 0..<200 { try await tenant.publish(.usageRecorded, SubjectsTouched(subjects: subjects)) }
            try await tenant.owner.withConnection { connection in
                try await connection.script(
                    """
                    create table custom.scoring (account_id bigint);
                    create function custom.note() returns trigger language plpgsql security definer as
                        'begin insert into custom.scoring values (new.account_id); return null; end';
                    create trigger note after insert or update of scored_at on risk.touched
                        for each row execute function custom.note();
                    """)
            }
            // What comes last must count, however much was left out before it.
            try await tenant.event("fleet-1", "Data Exported", at: .now)
            try await tenant.publish(.usageRecorded, SubjectsTouched(subjects: [subjects[0]]))

            try await tenant.serving { try await tenant.idle() }

            #expect(
                try await tenant.number("select count(*) from risk.signal where signal = 'data_export' and value > 0")
                    == 1)
            #expect(try await tenant.number("select count(*) from risk.touched where is_waiting") == 0)
            let times = try await tenant.number(
                "select max(times) from (select count(*) as times from custom.scoring group by account_id) n")
            #expect(times < 20, "one account was scored \(times) times for 201 jobs")
        }
    }
}
