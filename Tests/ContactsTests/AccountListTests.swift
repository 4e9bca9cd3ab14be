import Model
import Postgres
import TestBed
import Testing

@testable import Contacts

@Suite struct AccountListTests {
    private func keys(_ list: AccountList, _ desk: Desk) async throws -> String {
        struct Page: Decodable {
            struct Item: Decodable { let account_key: String }
            let items: [Item]
        }
        return try await list.page(in: desk.pool).decode(Page.self).items.map(\.account_key).joined(separator: " ")
    }

    private func next(_ list: AccountList, _ desk: Desk) async throws -> String? {
        struct Page: Decodable { let next_after: String? }
        return try await list.page(in: desk.pool).decode(Page.self).next_after
    }

    @Test(arguments: [
        ("солов", "1"), ("СОЛОВ", "1"), ("п'ят", "2"), ("п’ят", "2"), ("П`ЯТ", "2"), ("кав'ярня солов", "1"),
        ("100%", "3"), ("0_", ""), ("%", "3"), ("\\", "4"), ("key-4", "4"), ("", "1 2 3 key-4"), ("нема", ""),
    ])
    func wordsAreFoundInAnyCaseAndWithAnyApostrophe(_ words: String, _ found: String) async throws {
        try await Desk.with { desk in
            try await desk.importing(
                .accounts, "key,name\n1,Кав’ярня «Соловей»\n2,П'ятий елемент\n3,100% сік\nkey-4,back\\slash\n")
            let keys = try await keys(AccountList(words: words.isEmpty ? nil : words), desk)
            #expect(keys == found.replacing("key-4", with: "4").replacing("4", with: "key-4"))
        }
    }

    @Test func namesAreSortedAsUkrainiansDoAndPaged() async throws {
        try await Desk.with { desk in
            // Ґ stands behind Г, І behind И, Я last; two of one name are told apart by their keys.
            let names = ["Яна", "Ґава", "Інна", "Гава", "Ірпінь", "Гава", "Єва", "Дім", "Acme"]
            let lines = names.enumerated().map { "k\($0.offset),\($0.element)" }.joined(separator: "\n")
            try await desk.importing(.accounts, "key,name\n\(lines)\n")
            var list = AccountList(order: .name, limit: 2)
            var seen: [String] = []
            while true {
                seen += try await keys(list, desk).split(separator: " ").map(String.init)
                guard let after = try await next(list, desk) else { break }
                list.after = after
            }
            let sorted = seen.compactMap { key in Int(key.dropFirst()).map { names[$0] } }
            let cyrillic = sorted.filter { $0 != "Acme" }
            #expect(cyrillic == ["Гава", "Гава", "Ґава", "Дім", "Єва", "Інна", "Ірпінь", "Яна"])
            #expect(Set(seen).count == names.count)
            list.after = "nonsense"
            let wrong = list
            await #expect(throws: Refusal.self) { try await wrong.page(in: desk.pool) }
        }
    }

    @Test func theyAreChosenByOwnerSegmentTagAndLead() async throws {
        try await Desk.with { desk in
            try await desk.importing(
                .accounts,
                "key,owner,tags,country,lead\na,ines,vip,UA,true\nb,mark,,DE,false\nc,,vip,UA,\nd,ines,,DE,\n")
            try await desk.write(AccountDraft.self, #"{"key": "d", "owner": null}"#)
            _ = try await desk.pool.transaction { connection in
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "ua", name: "UA", expression: "country = \"UA\""), by: "test", in: connection
                )
            }
            try await desk.work()
            #expect(try await keys(AccountList(owner: "ines"), desk) == "a")
            #expect(try await keys(AccountList(unowned: true), desk) == "c d")
            #expect(try await keys(AccountList(segment: "ua"), desk) == "a c")
            #expect(try await keys(AccountList(tag: "vip"), desk) == "a c")
            #expect(try await keys(AccountList(unowned: true, tag: "vip"), desk) == "c")
            #expect(try await keys(AccountList(lead: true), desk) == "a")
            #expect(try await keys(AccountList(owner: "mark"), desk) == "b")
            #expect(try await next(AccountList(limit: 2), desk) == "b")
        }
    }
}

@Suite struct HandOverTests {
    private func hand(_ desk: Desk, _ body: String) async throws -> String {
        try await desk.refusable { connection in
            String(try await HandOver(Desk.fields(body)).run(by: "test", in: connection))
        }
    }

    private static let owners: SQL = """
        select a.key, u.name from crm.account a left join crm.current_owner o on o.account_id = a.id
        left join crm.team_user u on u.id = o.user_id order by a.key
        """

    @Test func allOfOnePersonsAccountsGoToAnother() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,owner,country\na,ines,UA\nb,ines,DE\nc,mark,UA\nd,,UA\n")
            let changed = try await desk.heard(.accountChanged, on: "contacts")
            #expect(try await hand(desk, #"{"from": "ines", "to": "mark"}"#) == "2")
            #expect(try await hand(desk, #"{"from": "ines", "to": "mark"}"#) == "0")
            #expect(try await desk.text(Self.owners) == "a mark\nb mark\nc mark\nd -")
            #expect(try await desk.heard(.accountChanged, on: "contacts") == changed + 1)
            let audit = try await desk.text(
                "select object, detail::text from crm.audit where verb = 'hand over' order by object limit 1")
            #expect(audit == #"account a {"to": {"owner": "mark"}, "from": {"owner": "ines"}}"#)
            #expect(try await hand(desk, #"{"to": "ines", "accounts": ["a", "d"]}"#) == "2")
            #expect(try await hand(desk, #"{"from": "mark", "to": "ines", "accounts": ["a", "b"]}"#) == "1")
            #expect(try await hand(desk, #"{"from": "ines", "to": null, "accounts": ["a"]}"#) == "1")
            #expect(try await desk.text(Self.owners) == "a -\nb ines\nc mark\nd ines")
            _ = try await desk.pool.transaction { connection in
                try await SegmentDefinition.define(
                    SegmentDefinition(key: "ua", name: "UA", expression: "country = \"UA\""), by: "test", in: connection
                )
            }
            try await desk.work()
            #expect(try await hand(desk, #"{"to": "ines", "segment": "ua"}"#) == "2")
            #expect(try await desk.text(Self.owners) == "a ines\nb ines\nc ines\nd ines")
        }
    }

    @Test(arguments: [
        (#"{"from": "ines"}"#, "to: is missing"), (#"{"to": "ines"}"#, "from: is missing"),
        (#"{"from": "ines", "to": "nobody"}"#, "to: there is no user “nobody”"),
        (#"{"from": "nobody", "to": "ines"}"#, "from: there is no user “nobody”"),
        (#"{"to": "ines", "accounts": ["a", "z"]}"#, "accounts: there is no account with the key “z”"),
        (#"{"to": "ines", "segment": "none"}"#, "segment: there is no segment"),
        (#"{"to": "ines", "segment": "x", "accounts": ["a"]}"#, "segment: expected accounts or a segment"),
        (#"{"from": "ines", "to": "gone"}"#, "to: there is no user “gone” who may sign in"),
    ])
    func refusals(_ body: String, _ words: String) async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,owner\na,ines\n")
            try await desk.user("gone")
            try await desk.database.owner.execute("update crm.team_user set disabled_at = now() where name = 'gone'")
            let said = try await hand(desk, body)
            #expect(said.hasPrefix(words), "\(said)")
            #expect(try await desk.text(Self.owners) == "a ines")
        }
    }

    /// Each account goes once: whoever comes second finds that it is no longer the giver's.
    @Test func twoWhoHandOverAtOnce() async throws {
        try await Desk.with { desk in
            try await desk.importing(.accounts, "key,owner\n" + (1...50).map { "a\($0),ines\n" }.joined())
            for name in ["mark", "olha"] { try await desk.user(name) }
            let counts = try await withThrowingTaskGroup(of: Int.self) { group in
                for name in ["mark", "olha", "mark", "olha"] {
                    group.addTask {
                        Int(try await hand(desk, #"{"from": "ines", "to": "\#(name)"}"#)) ?? -1
                    }
                }
                return try await group.reduce(0, +)
            }
            #expect(counts == 50)
            #expect(try await desk.count("select from crm.audit where verb = 'hand over'") == 50)
        }
    }

    @Test func aMistypedOwnerOrSegmentIsNoEmptyList() async throws {
        try await Desk.with { desk in
            for (list, code) in [
                (AccountList(owner: "nobody"), "unknown_user"), (AccountList(segment: "none"), "unknown_segment"),
            ] {
                let refusal = await #expect(throws: Refusal.self) { try await list.page(in: desk.pool) }
                #expect(refusal?.code == code)
            }
        }
    }
}
