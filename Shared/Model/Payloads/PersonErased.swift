/// The payload of `person.erased`. Who it was, and what to look for, says `crm.erasure`, until all have confirmed.
package struct PersonErased: Codable, Equatable, Sendable {
    /// Ids in `crm.erasure`.
    package var erasures: [Int64]
    /// Ids that these people had in `crm.contact`.
    package var contacts: [Int64]

    package init(erasures: [Int64], contacts: [Int64]) {
        self.erasures = erasures
        self.contacts = contacts
    }
}

/// The payload of `erasure.confirm`, the command by which a service tells contacts that it has erased a person.
package struct ErasureConfirmed: Codable, Equatable, Sendable {
    package static let kind = "erasure.confirm"

    /// Id in `crm.erasure`.
    package var erasure: Int64
    package var service: ServiceName
    /// Rows that were removed or emptied, by table.
    package var removed: [String: Int64]

    package init(erasure: Int64, service: ServiceName, removed: [String: Int64]) {
        self.erasure = erasure
        self.service = service
        self.removed = removed
    }
}
