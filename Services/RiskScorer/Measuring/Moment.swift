import Foundation
import Model
import Postgres

/// The time as of which signals are measured. A past one sees only what was known by then, to the microsecond.
struct Moment: Sendable, Equatable {
    let at: Date
    /// Whether it is the present: everything that is committed is known, so that whole days need no second look.
    let isNow: Bool

    static func now(_ at: Date) -> Moment { Moment(at: at, isNow: true) }
    static func past(_ at: Date) -> Moment { Moment(at: at, isNow: false) }

    /// The UTC day of it. Windows of days end with the day before, for this one isn't over.
    var today: CalendarDay { CalendarDay(daysSince1970: Int((at.timeIntervalSince1970 / 86_400).rounded(.down))) }

    /// What was true and known: a condition on a table with `occurred_at` and `known_at`.
    func sees(_ table: SQL) -> SQL {
        "\(fragment: table).occurred_at <= \(at) and \(fragment: table).known_at <= \(at)"
    }

    /// The present by the server's clock.
    static func now(by connection: PostgresConnection) async throws -> Moment {
        guard let row = try await connection.first("select clock_timestamp() as at") else {
            throw CancellationError()
        }
        return .now(try row["at"])
    }
}
