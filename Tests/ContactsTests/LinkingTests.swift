import Jobs
import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct LinkingTests {
    private func recorded(_ desk: Desk, _ subjects: [Int64]) async throws {
        try await desk.publish(.usageRecorded, SubjectsTouched(subjects: subjects))
        try await desk.work()
    }

    private func identified(_ desk: Desk, _ ids: Int64...) async throws {
        try await desk.publish(.accountIdentified, IdentificationsRecorded(identifications: ids))
        try await desk.work()
    }

    @Test func subjectsFindTheirAccounts() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key\nacme\nshop-1\n")
            try await desk.importing(.contacts, "account_key,contact_key\nacme,anna\n")
            let subjects = try await desk.subjects(
                "group:acme", "group:new", "user:shop-1", "user:anna", "user:solo", "user:new", "anonymous:x")
            try await recorded(desk, subjects)
            #expect(
                try await desk.links() == """
                    group:acme=acme
                    group:new=new
                    user:anna=acme
                    user:new=user:new
                    user:shop-1=shop-1
                    user:solo=solo
                    """)
            let stubs = try await desk.text("select key from crm.account where stub order by key")
            #expect(stubs == "new\nsolo\nuser:new")
            #expect(
                try await desk.count(
                    "select from report.job where kind = 'account.changed' and queue = 'risk-scorer'") >= 1)
        }
    }

    @Test func aUserWithoutEventsOfItsOwnWaits() async throws {
        try await Desk.with { desk in
            let subjects = try await desk.subjects("user:quiet", events: false)
            try await recorded(desk, subjects)
            #expect(try await desk.links() == "")
            try await desk.used(subjects[0])
            try await recorded(desk, subjects)
            #expect(try await desk.links() == "user:quiet=quiet")
        }
    }

    @Test func aGroupTakesItsKeyBackFromAUsersStub() async throws {
        try await Desk.with { desk in
            try await recorded(desk, try await desk.subjects("user:k"))
            #expect(try await desk.links() == "user:k=k")
            try await recorded(desk, try await desk.subjects("group:k"))
            #expect(try await desk.links() == "group:k=k\nuser:k=user:k")
        }
    }

    @Test func manyWorkersMakeOneStub() async throws {
        try await Desk.with { desk in
            let subjects = try await desk.subjects("group:a", "group:b", "user:c", "user:d")
            for _ in 0..<12 { try await desk.publish(.usageRecorded, SubjectsTouched(subjects: subjects.shuffled())) }
            try await desk.work(workers: 3)
            #expect(try await desk.text("select key from crm.account order by key") == "a\nb\nc\nd")
            #expect(try await desk.count("select from report.job where queue = 'contacts' and state = 'dead'") == 0)
        }
    }

    @Test func theLastGroupCallMovesAUser() async throws {
        try await Desk.with { desk in
            let ids = try await desk.subjects("user:anna", "group:one", "group:two")
            try await recorded(desk, [ids[0]])
            #expect(try await desk.links() == "user:anna=anna")
            let late = try await desk.identification("group", ids[2], ids[0], #"{"name": "Two Ltd"}"#, ago: 10)
            try await identified(desk, late)
            #expect(try await desk.links() == "group:two=two\nuser:anna=two")
            #expect(try await desk.text("select key, name from crm.account") == "two Two Ltd", "the empty stub is gone")
            // A call that is older than the one that holds changes nothing.
            let early = try await desk.identification("group", ids[1], ids[0], ago: 60)
            try await identified(desk, early)
            #expect(try await desk.links() == "group:one=one\ngroup:two=two\nuser:anna=two")
            let last = try await desk.identification("group", ids[1], ids[0], ago: 1)
            try await identified(desk, last)
            #expect(try await desk.links() == "group:one=one\ngroup:two=two\nuser:anna=one")
        }
    }

    @Test func anonymousUsageFollowsTheUser() async throws {
        try await Desk.with { desk in
            let ids = try await desk.subjects("user:anna", "anonymous:x", "group:acme", "user:old")
            try await identified(
                desk, try await desk.identification("identify", ids[0], ids[1], #"{"name": "Anna"}"#))
            #expect(try await desk.links() == "anonymous:x=anna\nuser:anna=anna")
            #expect(try await desk.text("select name from crm.account") == "Anna")
            try await identified(desk, try await desk.identification("group", ids[2], ids[0]))
            #expect(try await desk.links() == "anonymous:x=acme\ngroup:acme=acme\nuser:anna=acme")
            try await identified(desk, try await desk.identification("alias", ids[0], ids[3]))
            #expect(try await desk.links().contains("user:old=acme"))
        }
    }

    @Test func aStubThatSomebodyWorkedOnStays() async throws {
        try await Desk.with { desk in
            let ids = try await desk.subjects("user:anna", "group:one")
            try await recorded(desk, [ids[0]])
            let stub = try await desk.id("anna")
            _ = try await desk.pool.transaction { connection in
                try await Tag.put([Tag(accountID: stub, tag: "vip", present: true)], in: connection)
            }
            try await identified(desk, try await desk.identification("group", ids[1], ids[0]))
            #expect(try await desk.text("select key from crm.account order by key") == "anna\none")
        }
    }

    @Test func traitsOverwriteNothingThatAPersonSaid() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,name\nacme,Acme\n")
            try await desk.importing(.contacts, "account_key,contact_key,name\nacme,anna,Anna Koval\nacme,bob,\n")
            let ids = try await desk.subjects("user:anna", "user:bob", "group:acme")
            let traits = #"{"name": "x", "email": "x@example.invalid", "language": "uk", "plan": {"a": [1, null]}}"#
            try await identified(
                desk, try await desk.identification("identify", ids[0], nil, traits),
                try await desk.identification("identify", ids[1], nil, traits),
                try await desk.identification("group", ids[2], ids[0], traits),
                try await desk.identification(
                    "identify", ids[1], nil, #"{"name": 5, "email": "no mail", "language": []}"#))
            let contacts = try await desk.text("select key, name, language from crm.contact order by key")
            #expect(contacts == "anna Anna Koval uk\nbob x uk")
            #expect(try await desk.text("select name from crm.account") == "Acme")
            #expect(try await desk.count("select from crm.contact_address where value = 'x@example.invalid'") == 2)
        }
    }
}
