import Foundation
import Model

/// An account of the SaaS company: what the CSV files say of it, and how it uses the product.
struct Company: Sendable {
    /// 1 to 300; also the number of its streams of chance.
    let number: Int
    let name: String
    let industry: String
    let place: Place
    let seats: Int
    /// The user who looks after it, by the name to sign in with.
    let owner: String
    /// Events expected in a usual week.
    let weeklyEvents: Double
    /// How many of its people use the product.
    let users: Int
    let plot: Plot

    var key: String { "org-" + Self.padded(number) }

    /// The product's name for one of its users, from 1 on; also the key of that contact.
    func userKey(_ user: Int) -> String { "usr-\(Self.padded(number))-\(user)" }

    var plan: Plan { Plan.of(seats: seats) }

    static func padded(_ number: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
    }
}

/// A price list: what a seat costs in a month, in cents of a euro, and from how many seats on.
enum Plan: String, CaseIterable, Sendable {
    case starter
    case team
    case business
    case enterprise

    var centsPerSeat: Int { [1_900, 2_900, 3_900, 4_900][place] }
    private var fromSeats: Int { [0, 11, 41, 121][place] }
    private var place: Int { Self.allCases.firstIndex(of: self) ?? 0 }

    static func of(seats: Int) -> Plan { allCases.last { $0.fromSeats <= seats } ?? .starter }
}

extension Company {
    static let owners = ["olena.koval", "mark.weber", "ines.duarte"]

    static let industries: [String] = [
        "software", "media", "education", "retail", "business services", "health care", "logistics",
    ]

    /// The accounts of the story in the order of their keys, each with its planted truth.
    static func all(seed: UInt64, period: Period) -> [Company] {
        var random = SplitMix64(seed: seed, stream: Stream.companies)
        let truths = random.shuffled(Truth.allCases.flatMap { Array(repeating: $0, count: $0.accounts) })
        let pairs = Names.companyFirst.flatMap { first in Names.companySecond.map { "\(first) \($0)" } }
        return zip(truths, random.shuffled(pairs)).enumerated().map { index, drawn in
            var own = SplitMix64(seed: seed, stream: Stream.companies, index + 1)
            let seats = min(200, max(3, Int(exp(log(24) + 0.9 * own.normal()))))
            return Company(
                number: index + 1,
                name: "\(drawn.1) \(own.pick(Names.companyForms))",
                industry: own.pick(industries),
                place: own.pick(Place.all),
                seats: seats,
                owner: own.pick(owners),
                weeklyEvents: min(90, max(26, exp(log(38) + 0.35 * own.normal()))),
                users: max(2, seats / 5),
                plot: Plot(drawn.0, period: period, by: &own))
        }
    }
}

/// The first number of each stream of chance, so that no two parts of the story draw from the same one.
enum Stream {
    static let companies = 1
    static let people = 2
    static let subscriptions = 3
    static let weeks = 4
    static let days = 5
    static let shop = 6
}
