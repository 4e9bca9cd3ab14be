import Foundation
import Postgres

/// The time as of which facts are read: now by the server's clock, or a past moment with only what was known then.
struct Moment: Sendable {
    /// Nil is now.
    let asOf: Date?
    /// Whether a few accounts are asked for, and not all.
    var isNarrow = false

    /// Of the statement, not of the transaction: who has waited for a lock sees what was written before it got it.
    var now: SQL { if let asOf { "\(asOf)::timestamptz" } else { "statement_timestamp()" } }

    /// The UTC day of it.
    var today: SQL { "(\(fragment: now) at time zone 'UTC')::date" }

    /// The last day whose usage counts. A day is counted whole, so a day that had not ended at a past moment is left out:
    /// its total would tell of what came later.
    var lastDay: SQL { if asOf == nil { today } else { "(\(fragment: today) - 1)" } }

    /// The moment so many days before.
    func before(_ days: Int) -> SQL { "(\(fragment: now) - \(Duration.seconds(days * 86_400)))" }

    /// Rows of a table with `occurred_at` and `known_at` that were true and known.
    func sees(_ table: SQL) -> SQL {
        let occurred: SQL = "\(fragment: table).occurred_at <= \(fragment: now)"
        guard asOf != nil else { return occurred }
        return "\(fragment: occurred) and \(fragment: table).known_at <= \(fragment: now)"
    }
}
