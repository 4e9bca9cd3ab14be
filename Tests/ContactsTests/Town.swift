import Foundation
import Postgres
import TestBed

@testable import Contacts

/// A made-up town: 10,000 accounts, 500 of which are others written again.
final class Town {
    private var accounts: [(key: String, name: String, kind: String)] = []
    private var contacts: [(key: String, account: String)] = []
    private var addresses: [(contact: String, channel: String, value: String)] = []
    private(set) var planted: Set<[String]> = []

    private static let firsts = "ba do fi gu ka le mo ni pu ro".split(separator: " ").map(String.init)
    private static let middles = "stal bud agro trans tekh invest metal lis farm svit".split(separator: " ").map(
        String.init)
    private static let lasts = "grad prom servis torg mash plast trest eksport standart unia".split(separator: " ")
        .map(String.init)

    init() {
        for place in 0..<9_500 { original(place) }
        for place in 0..<500 { copy(of: place) }
    }

    /// Names of two words, no two alike.
    private static func words(_ place: Int) -> [String] {
        let (first, second) = (place / 100, place % 100)
        let one = firsts[first / 10] + firsts[first % 10]
        let other = middles[second / 10] + lasts[second % 10]
        return [one.capitalized, other.capitalized]
    }

    private static func name(_ place: Int) -> String { words(place).joined(separator: " ") }

    private static func phone(_ place: Int) -> String { "44" + String(1_000_000 + place) }

    private func add(_ key: String, _ name: String, person: Bool = false, _ addresses: [(String, String)]) {
        accounts.append((key, name, person ? "person" : "company"))
        contacts.append(("c-" + key, key))
        for (channel, value) in addresses { self.addresses.append(("c-" + key, channel, value)) }
    }

    /// The first 500 are written again by `copy`; of the rest some are near misses.
    private func original(_ place: Int) {
        let (key, name) = ("a\(place)", Self.name(place))
        let domain = "\(Self.words(place).joined().lowercased()).example"
        switch place {
        case 0..<500 where place % 5 == 4:
            add(key, name, person: true, [("mail", "person.\(place)@gmail.com")])
        case 0..<500: add(key, name + " LLC", [("mail", "info@\(domain)"), ("phone", "+380" + Self.phone(place))])
        // Branches of one firm, with its domain.
        case 500..<600:
            let city = place % 2 == 0 ? "Kyiv" : "Lviv"
            add(key, "\(Self.name(place / 2)) \(city)", [("mail", "\(city)@branch\(place / 2).example")])
        // Numbered shops of one firm.
        case 600..<700:
            add(key, "\(Self.name(place / 2 + 1_000)) \(place % 2 + 1)", [("mail", "x@shop\(place / 2).example")])
        // Neighbours in one house, with its telephone.
        case 700..<760: add(key, "\(Self.words(place)[0]) on Khreshchatyk 12", [("phone", "+380449990000")])
        case 760..<800: add(key, name, [("phone", "+38044888\(1_000 + place / 2)")])
        // People at one free provider.
        case 800..<1_000: add(key, name, person: true, [("mail", "someone\(place)@gmail.com")])
        default: add(key, name, place % 3 == 0 ? [("mail", "info@\(domain)")] : [])
        }
    }

    private func copy(of place: Int) {
        let (key, name) = ("b\(place)", Self.name(place))
        let domain = "\(Self.words(place).joined().lowercased()).example"
        switch place % 5 {
        case 0: add(key, "GmbH " + name.uppercased(), [])
        case 1: add(key, "ТОВ «\(Self.cyrillic(name))»", [("mail", "office@\(domain)")])
        case 2: add(key, Self.slip(name, place), [("viber", "0" + Self.phone(place))])
        case 3: add(key, Self.slip(name, place) + ", Inc.", [("mail", "sales@\(domain)")])
        default: add(key, Self.cyrillic(name), person: true, [("mail", "Person.\(place)+shop@Gmail.com")])
        }
        planted.insert(["a\(place)", key].sorted())
    }

    /// One letter in the second word is another.
    private static func slip(_ name: String, _ place: Int) -> String {
        var letters = Array(name)
        let at = letters.count - 2 - place % 4
        letters[at] = letters[at] == "o" ? "a" : "o"
        return String(letters)
    }

    private static func cyrillic(_ name: String) -> String {
        let letters: [Character: String] = [
            "a": "а", "b": "б", "d": "д", "e": "е", "f": "ф", "g": "г", "i": "і", "k": "к", "l": "л", "m": "м",
            "n": "н",
            "o": "о", "p": "п", "r": "р", "s": "с", "t": "т", "u": "у", "v": "в",
        ]
        let text = name.lowercased().replacing("kh", with: "х").replacing("sh", with: "ш").replacing("ia", with: "я")
        return text.map { letters[$0] ?? String($0) }.joined().capitalized
    }

    func build(_ desk: Desk) async throws {
        _ = try await desk.pool.execute(
            """
            insert into crm.account (key, name, kind) select * from unnest(
                \(accounts.map(\.key)), \(accounts.map(\.name)), \(accounts.map(\.kind)))
            """)
        _ = try await desk.pool.execute(
            """
            insert into crm.contact (account_id, key, name) select a.id, g.key, g.key
            from unnest(\(contacts.map(\.key)), \(contacts.map(\.account))) as g (key, account) join crm.account a on a.key = g.account
            """)
        _ = try await desk.pool.execute(
            """
            insert into crm.contact_address (contact_id, channel, value) select c.id, g.channel, g.value
            from unnest(\(addresses.map(\.contact)), \(addresses.map(\.channel)), \(addresses.map(\.value)))
                as g (contact, channel, value) join crm.contact c on c.key = g.contact
            """)
        _ = try await desk.database.owner.execute("analyze crm.account, crm.contact, crm.contact_address")
    }
}
