import Model
import Postgres
import TestBed
import Testing

@testable import Notifier

@Suite struct ErasingTests {
    @Test func nothingGoesToAnAddressOfSomeoneErasedWhoeverBringsItAgain() async throws {
        try await Bench.with { bench in
            let acme = try await bench.account("acme")
            try await bench.owner.execute(
                """
                insert into crm.erased_address (channel, hash)
                values ('mail', sha256(convert_to(crm.plain_address('mail', 'ada@example.invalid'), 'UTF8')))
                """)
            let again = try await bench.contact("again", of: acme, mail: "Ada+shop@Example.invalid")
            let other = try await bench.contact("other", of: acme, mail: "bob@example.invalid")
            for contact in [again, other] { try await bench.consent(contact) }
            let first = try await bench.message(acme, contact: again)
            let second = try await bench.message(acme, contact: other)
            try await bench.request(first, second)
            try await bench.settled(1)
            #expect(try await bench.reasons() == ["suppressed", "consent"])
        }
    }

    /// Of two contacts with one address in accounts that were merged, one unsubscribed by link.
    @Test func aRefusalByLinkHoldsForTheTwinToo() async throws {
        try await Bench.with { bench in
            let (acme, other) = (try await bench.account("acme"), try await bench.account("other"))
            let ada = try await bench.contact("ada", of: acme, mail: "ada@example.invalid")
            let twin = try await bench.contact("twin", of: other, mail: "ADA@example.invalid")
            for contact in [ada, twin] { try await bench.consent(contact) }
            try await bench.owner.execute(
                "insert into notify.refusal (contact_id, channel, topic) values (\(twin), 'mail', 'marketing')")
            let before = try await bench.message(acme, contact: ada)
            try await bench.request(before)
            try await bench.settled(1)
            try await bench.owner.execute("update crm.account set merged_into = \(acme) where id = \(other)")
            let after = try await bench.message(acme, contact: ada)
            try await bench.request(after)
            try await eventually("it is decided") { try await bench.reasons().count == 2 }
            #expect(try await bench.reasons() == ["consent", "refused"])
        }
    }
}
