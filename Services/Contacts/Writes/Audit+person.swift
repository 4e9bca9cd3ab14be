import Foundation
import Postgres

extension Audit {
    /// Whom a change is about.
    struct Person: Sendable, Equatable {
        var contact: Int64?
        var account: Int64?
        /// What to call the object instead of by its key; nil where the key may be named.
        var name: String?

        var isKnown: Bool { contact != nil || account != nil }

        init(contact: Int64? = nil, account: Int64? = nil, name: String? = nil) {
            self.contact = contact
            self.account = account
            self.name = name
        }

        /// From an object such as `contact anna` and its row.
        init(_ object: String, _ row: JSONText?) {
            let noun = object.split(separator: " ").first ?? ""
            guard let row = try? row?.decode(Columns.self) else {
                self.init()
                return
            }
            switch noun {
            case "contact": self.init(contact: row.id, account: row.accountID, name: row.id.map { "contact #\($0)" })
            case "account":
                self.init(account: row.id, name: row.kind == "person" ? row.id.map { "account #\($0)" } : nil)
            default: self.init(contact: row.contactID, account: row.accountID)
            }
        }

        /// A contact as it is called here.
        static func contact(_ id: Int64) -> Person { Person(contact: id, name: "contact #\(id)") }

        /// The account, if it is a person.
        static func account(_ id: Int64, in connection: PostgresConnection) async throws -> Person? {
            let row = try await connection.first("select from crm.account where id = \(id) and kind = 'person'")
            return row == nil ? nil : Person(account: id, name: "account #\(id)")
        }
    }

    /// What a row says of whom it is about.
    private struct Columns: Decodable {
        let id: Int64?
        let kind: String?
        let accountID: Int64?
        let contactID: Int64?

        enum CodingKeys: String, CodingKey {
            case id, kind
            case accountID = "account_id"
            case contactID = "contact_id"
        }
    }
}
