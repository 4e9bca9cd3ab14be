import Postgres

/// A field that people here defined for accounts, contacts or deals.
struct CustomField: Sendable, Equatable {
    /// What has it.
    enum Object: String, CaseIterable, Sendable {
        case account, contact, deal

        /// Where its values stand, in the column `fields`.
        var table: SQL {
            switch self {
            case .account: "crm.account"
            case .contact: "crm.contact"
            case .deal: "crm.deal"
            }
        }
    }

    enum Kind: String, CaseIterable, Sendable {
        case text, number, money, date, choice, bool
        case multiChoice = "multi_choice"

        var hasChoices: Bool { self == .choice || self == .multiChoice }
    }

    /// The most fields of one object.
    static let most = 200
    /// The longest text in one, in characters.
    static let longestText = 2_000
    /// The most choices of a field.
    static let mostChoices = 200

    let object: Object
    let key: String
    let kind: Kind
    let choices: [String]
    let isMandatory: Bool

    /// A small letter, then small letters, digits and underscores, at most 60.
    static func isKey(_ text: String) -> Bool {
        let bytes = text.utf8
        guard (1...60).contains(bytes.count), let first = bytes.first, (97...122).contains(first) else { return false }
        return bytes.allSatisfy { (97...122).contains($0) || (48...57).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// The fields of an object by their keys.
    /// - Parameter isHeld: keeps them from being changed or deleted until the transaction's end.
    static func all(
        of object: Object, isHeld: Bool = false, in connection: PostgresConnection
    ) async throws -> [String: CustomField] {
        let rows = try await connection.query(
            """
            select key, type, choices, mandatory from crm.field where object = \(object.rawValue) order by id
            \(fragment: isHeld ? "for key share" : "")
            """)
        var fields: [String: CustomField] = [:]
        for row in rows {
            let (key, type, choices, isMandatory) = try row.decode(String.self, String.self, [String].self, Bool.self)
            guard let kind = Kind(rawValue: type) else { continue }
            fields[key] = CustomField(
                object: object, key: key, kind: kind, choices: choices, isMandatory: isMandatory)
        }
        return fields
    }
}

extension TextForm {
    /// Of custom fields, loss reasons, pipelines and stages.
    static let fieldKey = TextForm(
        name: "FieldKey", pattern: "^[a-z][a-z0-9_]{0,59}$", most: 60,
        expected: "a small letter, then small letters, digits and underscores, at most 60, such as health",
        isRight: { CustomField.isKey($0) })
}
