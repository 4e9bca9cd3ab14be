package import Postgres

/// Which accounts are asked for.
package enum AccountScope: Sendable {
    case all
    /// A few. One that was merged stands for its survivor.
    case among([Int64])
    /// One of so many parts, of about the same size and from 0, which together are all.
    case part(Int64, of: Int64)

    var isNarrow: Bool { if case .among = self { true } else { false } }

    /// That a living account's id is among them, with a leading `and`. In a `case` where the planner could only guess how
    /// many there are, and would guess a two hundredth.
    package func condition(on id: SQL) -> SQL {
        switch self {
        case .all: ""
        case .among(let accounts):
            " and \(fragment: id) in (select g.root_id from crm.account g where g.id = any(\(accounts)))"
        case .part(let part, let count): " and case when \(fragment: id) % \(count) = \(part) then true end"
        }
    }
}
