import Model
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct InteractionImportTests {
    private static let talks = """
        account_key,kind,direction,channel,title,body,contact_key,by,occurred_at,entry_key
        a,call,out,phone,Renewal,"They stay.
        Until May.",anna,ines,2026-05-01T10:00:00Z,crm-1
        a,mail,in,mail,Question,,,,2026-05-02T10:00:00Z,
        a,mail,in,mail,Question,,,,2026-05-02T10:00:00Z,
        a,mail,in,mail,Question,,nobody,,2026-05-02T10:00:00Z,
        b,note,,,Lost,,,,2026-05-02T10:00:00Z,
        a,note,sideways,,Lost,,,,2026-05-02T10:00:00Z,
        a,note,,,,,,,2026-05-02T10:00:00Z,
        a,note,,,Undated,,,,,

        """

    @Test func aFileOfTalksIsTakenOnce() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\na\n")
            try await desk.importing(.contacts, "account_key,contact_key\na,anna\n")
            let outcome = try await desk.importing(.interactions, Self.talks, history: true)
            #expect(outcome.tally == Tally(made: 2, unchanged: 1, refused: 5))
            let refused = try await desk.text("select line::text, field from crm.import_refusal order by line")
            #expect(refused == "10 occurred_at\n6 contact_key\n7 account_key\n8 direction\n9 title")
            let again = try await desk.importing(.interactions, Self.talks, history: true)
            #expect(again.tally == Tally(unchanged: 3, refused: 5))
            let kept = try await desk.text(
                """
                select i.kind, i.direction, i.title, replace(i.body, E'\\n', '|') as body, c.key, u.name,
                    (i.known_at = i.occurred_at)::text as known
                from crm.interaction i left join crm.contact c on c.id = i.contact_id
                left join crm.team_user u on u.id = i.by_user_id order by i.occurred_at
                """)
            #expect(kept == "call out Renewal They stay.|Until May. anna ines true\nmail in Question - - - true")
            #expect(try await desk.heard(.interactionRecorded, on: "contacts") == 1)
            // The key of one entry with the words of another: nothing is dropped in silence.
            let other =
                "account_key,kind,title,occurred_at,entry_key\na,note,Something else,2026-05-01T10:00:00Z,crm-1\n"
            #expect(try await desk.importing(.interactions, other).tally == Tally(refused: 1))
        }
    }

    @Test func talksAreReadWholeAndAnEntryKeyIsOneEntrys() async throws {
        try await Office.with { office in
            #expect(try await office.api(.PUT, "/v1/accounts/a", "{}").status == 201)
            let talk =
                #"{"kind": "call", "direction": "in", "title": "Renewal", "body": "They stay.", "entry_key": "k""#
            let made = try await office.api(.POST, "/v1/accounts/a/interactions", talk + "}")
            #expect(made.status == 201)
            let again = try await office.api(.POST, "/v1/accounts/a/interactions", talk + "}")
            #expect(again.status == 200 && again["result"] == "unchanged")
            for other in [
                talk.replacing("stay", with: "go") + "}", talk + #", "occurred_at": "2026-05-01T00:00:00Z"}"#,
            ] {
                let refused = try await office.api(.POST, "/v1/accounts/a/interactions", other)
                #expect(refused.status == 409 && refused["code"] == "entry_differs", "\(refused.body)")
            }
            let id = made["id"]
            let read = try await office.api(.GET, "/v1/interactions/\(id)")
            #expect(read["body"] == "They stay." && read["account_key"] == "a" && read["pinned"] == "false")
            #expect(try await office.api(.GET, "/v1/interactions?account=a")["items.0.entry_key"] == "k")
            #expect(try await office.api(.GET, "/v1/interactions/999999")["code"] == "unknown_interaction")
            #expect(try await office.api(.PUT, "/v1/interactions/\(id)/pin").status == 200)
            let timeline = try await office.api(.GET, "/v1/accounts/a/timeline")
            #expect(timeline["items.0.interaction"] == id && timeline["pinned.0.interaction"] == id, "\(timeline.body)")
            let card = try await office.api(.GET, "/v1/accounts/a")
            #expect(card["timeline.0.interaction"] == id && card["pinned.0.interaction"] == id, "\(card.body)")
        }
    }
}
