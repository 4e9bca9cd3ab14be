import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import Scheduler

/// What ends runs before their last step.
@Suite struct EndTests {
    private func begun(_ body: (Plan) async throws -> Void) async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.contact("acme", "ann", role: "decides")
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.enter("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme active pause"])
            try await body(plan)
        }
    }

    private func consent(_ plan: Plan, _ granted: Bool, topic: String = "marketing") async throws {
        try await plan.run(
            """
            insert into crm.contact_consent (contact_id, channel, topic, granted, source)
            select id, 'mail', \(topic), \(granted), 'test' from crm.contact
            """)
        let contact = try await plan.number("select id from crm.contact")
        try await plan.tell(.contactUnsubscribed, ContactsTouched(contacts: [contact]))
        try await plan.drain()
    }

    @Test func `a refusal ends the chain, and the account is not enrolled again`() async throws {
        try await begun { plan in
            try await consent(plan, false)
            #expect(try await plan.runs() == ["acme ended refused"])
            #expect(
                try await plan.texts("select end_detail from report.enrollment")
                    == ["Contact ann withdrew consent to marketing by mail"])
            try await plan.leave("acme", segment: "quiet")
            try await plan.load(Sample.chain.replacing("exits:", with: "reentry: always\nexits:"))
            try await plan.enter("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme ended refused"])
            #expect(try await plan.messages() == ["acme first ann"])
        }
    }

    @Test func `a refusal of something else, and one that was taken back, end nothing`() async throws {
        try await begun { plan in
            try await consent(plan, false, topic: "service")
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.run(
                """
                insert into crm.contact_consent (contact_id, channel, topic, granted, source, occurred_at)
                select id, 'mail', 'marketing', true, 'test', now() + interval '1 second' from crm.contact
                """)
            try await consent(plan, false)
            #expect(try await plan.runs() == ["acme active pause"])
        }
    }

    @Test func `a refusal whose news were lost stops the next message`() async throws {
        try await begun { plan in
            try await plan.run(
                """
                insert into crm.contact_consent (contact_id, channel, topic, granted, source)
                select id, 'mail', 'marketing', false, 'test' from crm.contact
                """)
            try await plan.pass(.seconds(401 * 86_400))
            #expect(try await plan.runs() == ["acme ended refused"])
            #expect(try await plan.messages() == ["acme first ann"])
        }
    }

    @Test func `leaving the segment is an exit`() async throws {
        try await begun { plan in
            try await plan.leave("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme ended exited"])
            #expect(try await plan.told().contains("enrollment.ended"))
        }
    }

    @Test func `who was never in the segment has not left it, until it enters and leaves`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.segment("quiet")
            try await plan.load(Sample.chain)
            try await plan.drain()
            _ = try await plan.pool.transaction { [engine = plan.engine] connection in
                try await ByHand.enrol(
                    .init(account: "acme", reason: "Ann says so"), playbook: "chain", engine.versions, in: connection)
            }
            try await plan.drain()
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.enter("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.leave("acme", segment: "quiet")
            try await plan.drain()
            #expect(try await plan.runs() == ["acme ended exited"])
        }
    }

    @Test func `a run goes on for the account that its own was merged into`() async throws {
        try await begun { plan in
            try await plan.account("whole")
            try await plan.put("whole", in: "quiet")
            try await merge(plan, "acme", into: "whole")
            #expect(try await plan.runs() == ["acme active pause"])
            try await plan.catchUp()
            #expect(try await plan.runs() == ["acme active pause"], "the survivor runs already")
            try await plan.pass(.seconds(401 * 86_400))
            #expect(try await plan.runs() == ["acme ended completed"])
            #expect(try await plan.messages() == ["acme first ann", "whole second ann"])
        }
    }

    @Test func `of two runs for what became one account, the survivor's goes on`() async throws {
        try await begun { plan in
            try await plan.account("whole")
            try await plan.enter("whole", segment: "quiet")
            try await plan.drain()
            try await merge(plan, "acme", into: "whole")
            #expect(try await plan.runs() == ["acme ended exited", "whole active pause"])
        }
    }

    private func merge(_ plan: Plan, _ key: String, into survivor: String) async throws {
        let (id, root) = (try await plan.id(key), try await plan.id(survivor))
        try await plan.run("update crm.account set merged_into = \(root) where id = \(id)")
        try await plan.run("delete from crm.segment_member where account_id = \(id)")
        try await plan.tell(.accountMerged, AccountsTouched(accounts: [id, root]))
        try await plan.drain()
    }

    @Test func `an account that is erased ends its run and cancels its tasks`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            try await plan.segment("usage-drop")
            try await plan.load(try String(contentsOfFile: Plan.shipped + "/usage-drop.yaml", encoding: .utf8))
            try await plan.enter("acme", segment: "usage-drop")
            try await plan.drain()
            try await plan.run("delete from crm.segment_member")
            try await plan.run("delete from crm.account")
            try await plan.run(
                "insert into crm.erasure (contacts, whole, subjects, actor, waits_for) values ('{1}', true, '{}', 'test', '{scheduler}')"
            )
            try await plan.tell(.personErased, PersonErased(erasures: [1], contacts: [1]))
            try await plan.drain()
            #expect(try await plan.texts("select end_reason from plan.enrollment") == ["exited"])
            #expect(try await plan.texts("select state from plan.task") == ["cancelled"])
        }
    }

    @Test func `a step that fails ten times ends its run as failed, with words`() async throws {
        try await begun { plan in
            // A playbook of a later release, which this one can't read.
            try await plan.run(
                "update plan.playbook_version set definition = jsonb_set(definition, '{steps,1,kind}', '\"survey\"')")
            let other = Plan(database: plan.database, pool: plan.pool)
            try await other.pool.transaction { connection in
                try await connection.execute("update plan.enrollment set wake_at = now() - interval '1 second'")
                try await Wakes.sweep(in: connection)
            }
            try await plan.run("update queue.ready set attempt = 9 where queue_id = queue.id_of('scheduler')")
            try await other.drain()
            #expect(try await plan.runs() == ["acme ended failed"])
            let words = try await plan.texts("select end_detail from plan.enrollment")
            #expect(words.first?.contains("knows no steps of kind survey") == true, "\(words)")
            #expect(try await plan.number("select count(*) from plan.step_run where outcome = 'failed'") == 1)
        }
    }

    @Test func `a run that the sweep wakes in vain is ended`() async throws {
        try await begun { plan in
            try await plan.run("update plan.enrollment set tries = 12, wake_at = now() - interval '1 second'")
            try await plan.sweep()
            #expect(try await plan.runs() == ["acme ended failed"])
        }
    }

    @Test func `a message that did not arrive is on the run's record`() async throws {
        try await begun { plan in
            let delivery = try await plan.number(
                """
                insert into notify.delivery (delivery_key, message_id, account_id, channel, body, state, sandbox, error)
                select 'k', id, account_id, 'mail', 'B', 'failed', false, 'no such mailbox' from plan.message returning id
                """)
            try await plan.tell(.messageFailed, DeliveriesTouched(deliveries: [delivery]))
            try await plan.drain()
            #expect(
                try await plan.texts("select detail from plan.step_run where outcome = 'failed'")
                    == ["delivery \(delivery) by mail failed: no such mailbox"])
        }
    }
}
