/// A person at an account, of either story. Nobody behind these addresses exists: `.invalid` can't be registered (RFC 2606).
struct Contact: Sendable {
    let key: String
    let accountKey: String
    let name: String
    let email: String
    let language: String
    /// The part in the decision to stay: `decides`, `pays` or `uses`; empty at a shop's customer.
    let role: String
    let consents: [Consent]
}

/// What a contact has said to messages of one topic by mail.
enum Consent: String, Sendable {
    case serviceGranted = "mail:service=granted"
    case marketingGranted = "mail:marketing=granted"
    case marketingRefused = "mail:marketing=refused"

    /// Everybody may be told of the service they use; four in five want to hear of offers, one in twenty has refused, and
    /// the others never said.
    static func drawn(by random: inout SplitMix64) -> [Consent] {
        switch random.unit() {
        case ..<0.8: [.serviceGranted, .marketingGranted]
        case ..<0.85: [.serviceGranted, .marketingRefused]
        default: [.serviceGranted]
        }
    }
}

extension Contact {
    /// The people of one company: who decides, from 25 seats on who pays, then the product's users by their numbers.
    static func all(of company: Company, seed: UInt64) -> [Contact] {
        var random = SplitMix64(seed: seed, stream: Stream.people, company.number)
        let number = Company.padded(company.number)
        var keys: [(key: String, role: String)] = [("ceo-\(number)", "decides")]
        if company.seats >= 25 { keys.append(("cfo-\(number)", "pays")) }
        keys += (1...company.users).map { (company.userKey($0), "uses") }
        return keys.map { key, role in
            let given = random.pick(Names.given)
            let family = random.pick(Names.family)
            return Contact(
                key: key, accountKey: company.key, name: "\(given) \(family)",
                email: "\(given).\(family).\(key)@example.invalid".lowercased(), language: company.place.language,
                role: role, consents: Consent.drawn(by: &random))
        }
    }

    static let heading = ["account_key", "contact_key", "name", "email", "language", "role", "consents"]

    /// One line under `heading`.
    var cells: [String] {
        [accountKey, key, name, email, language, role, consents.map(\.rawValue).joined(separator: ";")]
    }
}
