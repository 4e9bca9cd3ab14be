/// PostHog knows several types of groups, Holdfast one account. The account is the group of the first of these types that
/// an event names, else the first group that it names at all.
enum PostHogGroups {
    static let accountTypes = ["company", "organization", "account", "workspace", "team", "group"]

    /// The type whose group is the account.
    static func accountType(in groups: JSONObject) -> String? {
        let named = groups.members.filter { member in
            switch member.value {
            case .string(let key): !key.isEmpty
            case .number: true
            default: false
            }
        }
        for type in accountTypes {
            if let member = named.first(where: { $0.name.lowercased() == type }) { return member.name }
        }
        return named.first?.name
    }

    /// The account's key.
    static func account(in properties: Members) throws(Refusal) -> String? {
        guard let groups = try properties.object("$groups"), let type = accountType(in: groups) else { return nil }
        return try Members(groups, place: properties.place + "/$groups").key(type)
    }

    /// Whether traits of a group of this type are those of an account: by the groups that the event names beside it, else
    /// by the type alone. Taking the groups of every type would make an account of each project.
    static func isAccount(_ type: String, in properties: Members) throws(Refusal) -> Bool {
        if accountTypes.contains(type.lowercased()) { return true }
        guard let groups = try properties.object("$groups") else { return false }
        return accountType(in: groups) == type
    }
}
