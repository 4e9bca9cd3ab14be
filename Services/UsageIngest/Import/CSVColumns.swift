/// What the columns of a CSV file hold: members of a plain event, or properties.
struct CSVColumns: Sendable, Equatable {
    /// Of each column; nil for one that is not used.
    let members: [Member?]
    let separator: UInt8

    enum Member: Sendable, Equatable {
        /// A member of a plain event: `event`, `group`, `time` …
        case plain(String)
        case property(String)
        /// A JSON object with properties.
        case properties

        init(_ name: String) {
            switch name {
            case "properties": self = .properties
            case _ where name.hasPrefix(Self.prefix): self = .property(String(name.dropFirst(Self.prefix.count)))
            default: self = .plain(name)
            }
        }

        static let prefix = "properties."

        var name: String {
            switch self {
            case .plain(let name): name
            case .property(let name): Self.prefix + name
            case .properties: "properties"
            }
        }
    }

    /// What columns are called where nobody says otherwise, in any case and with `_`, `-` or a space between words.
    private static let names: [String: String] = [
        "event": "event", "eventname": "event", "name": "event", "group": "group", "groupid": "group",
        "account": "group",
        "accountid": "group", "user": "user", "userid": "user", "distinctid": "user", "anonymous": "anonymous",
        "anonymousid": "anonymous", "time": "time", "timestamp": "time", "occurredat": "time",
        "originaltimestamp": "time",
        "id": "id", "messageid": "id", "eventid": "id", "properties": "properties",
    ]
    static let plainMembers = ["event", "group", "user", "anonymous", "time", "id"]

    /// - Parameter map: what was said of columns: a member, `properties.NAME`, or nothing for one to leave out. A column
    ///   that nobody knows becomes a property of its own name.
    init(heading: [String], separator: UInt8 = UInt8(ascii: ","), map: [String: String]) throws(Refusal) {
        self.separator = separator
        for (column, member) in map {
            guard heading.contains(column) else { throw Refusal(place: "line 1", reason: "has no column “\(column)”") }
            let isKnown = Self.plainMembers.contains(member) || member.isEmpty || member == "properties"
            guard isKnown || member.hasPrefix(Member.prefix) else {
                throw Refusal(
                    place: "line 1",
                    reason: "“\(member)” is no member: there are \(Self.plainMembers.joined(separator: ", ")), "
                        + "properties and properties.NAME")
            }
        }
        members = heading.map { column in
            if let member = map[column] { return member.isEmpty ? nil : Member(member) }
            let plain = column.lowercased().filter { $0 != "_" && $0 != "-" && $0 != " " }
            if let known = Self.names[plain], !map.values.contains(known) { return Member(known) }
            return column.isEmpty ? nil : Member(column.hasPrefix(Member.prefix) ? column : Member.prefix + column)
        }
        let plain = members.compactMap { if case .plain(let name)? = $0 { name } else { nil } }
        for name in plain where plain.count(where: { $0 == name }) > 1 {
            throw Refusal(
                place: "line 1", reason: "two columns are taken as “\(name)”: say which by --map COLUMN=\(name)")
        }
        guard plain.contains("event"), plain.contains("time"),
            plain.contains(where: ["group", "user", "anonymous"].contains)
        else {
            throw Refusal(
                place: "line 1",
                reason:
                    "needs a column for event, for time, and for one of group, user and anonymous: --map COLUMN=MEMBER")
        }
    }

    /// The row as a plain event. An empty cell says nothing; a number, true and false are kept as such in properties.
    func object(_ fields: [String]) throws(Refusal) -> JSONObject {
        guard fields.count == members.count else {
            throw Refusal(place: "", reason: "has \(fields.count) fields, the heading \(members.count)")
        }
        var object = JSONObject()
        var properties = JSONObject()
        for (member, text) in zip(members, fields) where !text.isEmpty {
            switch member {
            case nil: break
            case .plain("time"): object.members.append(.init(name: "time", value: Self.value(text)))
            case .plain(let name): object.members.append(.init(name: name, value: .string(text)))
            case .property(let name): properties.members.append(.init(name: name, value: Self.value(text)))
            case .properties:
                guard case .object(let given)? = (try? JSONParser.parse(Array(text.utf8)))?.value else {
                    throw Refusal(place: "/properties", reason: "expected a JSON object")
                }
                properties.members += given.members
            }
        }
        object.members.append(.init(name: "properties", value: .object(properties)))
        return object
    }

    private static func value(_ text: String) -> JSONValue {
        switch text {
        case "true": return .bool(true)
        case "false": return .bool(false)
        default:
            guard let first = text.utf8.first, first == UInt8(ascii: "-") || (48...57).contains(first),
                text.utf8.count <= 30, let document = try? JSONParser.parse(Array(text.utf8)), document.repairs.isEmpty,
                case .number = document.value
            else { return .string(text) }
            return document.value
        }
    }
}

extension CSVColumns {
    /// As JSON, to stand beside a row in quarantine: without its heading nobody could read it again.
    var written: [UInt8] {
        let names = members.map { $0.map { JSONValue.string($0.name) } ?? .null }
        let mark = JSONValue.string(String(UnicodeScalar(separator)))
        return JSONValue.object(
            JSONObject([.init(name: "columns", value: .array(names)), .init(name: "separator", value: mark)])
        )
        .written
    }

    init?(written: [UInt8]) {
        guard case .object(let object)? = (try? JSONParser.parse(written))?.value,
            case .array(let names)? = object["columns"],
            case .string(let mark)? = object["separator"], let separator = mark.utf8.first
        else { return nil }
        self.separator = separator
        members = names.map { if case .string(let name) = $0 { Member(name) } else { nil } }
    }
}
