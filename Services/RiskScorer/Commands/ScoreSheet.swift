import Chassis
import Foundation
import Model
import Postgres

/// What `risk-scorer score` prints: scores or signals of all accounts or one, now or as of a past time.
struct ScoreSheet: Sendable {
    /// How many accounts are measured by one statement.
    private static let batch = 1_000
    private static let scoreHeading = "account_key,probability,probability_30,band,first_signal"
    private static let signalHeading = "account_key,signal,status,value,evidence"

    /// Nil is now.
    var time: Date?
    /// Nil is all.
    var account: String?
    var showsSignals = false
    var correctsByFleet = true

    /// An ISO 8601 time, or a day, which means its end in UTC.
    static func time(_ text: String) -> Date? {
        if let day = CalendarDay(text) { return Date(timeIntervalSince1970: Double(day.daysSince1970 + 1) * 86_400) }
        return (try? Date(text, strategy: .iso8601))
            ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    }

    /// The CSV, heading first.
    func lines(_ runtime: Runtime) async throws -> [String] {
        let measuring = Measuring.configured(runtime.settings)
        return try await runtime.pool.transaction(.readOnly, timeout: .seconds(600)) { connection in
            let now = try await Moment.now(by: connection)
            if let time, time > now.at {
                throw ProgramFailure(.badInput, "--as-of is in the future: give a past time.")
            }
            let moment = time.map(Moment.past) ?? now
            let measured = try await measuring.fleet(moment, in: connection)
            // The one in use now, of a past time too: what it would have said.
            let model = try await Catalogue.inUse(in: connection)
            let fleet = correctsByFleet ? measured : measured.uncorrected
            let keys = try await self.keys(connection)
            var lines = [showsSignals ? Self.signalHeading : Self.scoreHeading]
            for start in stride(from: 0, to: keys.count, by: Self.batch) {
                let part = keys[start..<min(start + Self.batch, keys.count)]
                let found = try await measuring.measure(part.map(\.0), at: moment, fleet: fleet, in: connection)
                let standings = try await Standing.read(part.map(\.0), at: moment, measuring.rule, in: connection)
                for (id, key) in part { lines += self.lines(key, found[id] ?? [:], model, standings[id]) }
            }
            return lines
        }
    }

    private func keys(_ connection: PostgresConnection) async throws -> [(Int64, String)] {
        let rows = try await connection.query(
            """
            select r.root_id as id, a.key from crm.account c
            join crm.account_root r on r.account_id = c.id join crm.account a on a.id = r.root_id
            where \(account)::text is null and c.merged_into is null or c.key = \(account) order by r.root_id
            """)
        if rows.isEmpty, let account { throw ProgramFailure(.badInput, "There is no account with the key \(account).") }
        return try rows.map { try $0.decode(Int64.self, String.self) }
    }

    private func lines(
        _ key: String, _ measured: [String: Measurement], _ model: RiskModel, _ standing: Standing?
    ) -> [String] {
        if showsSignals {
            return measured.sorted { $0.key < $1.key }.map { name, found in
                let value = found.value.map { "\($0)" } ?? ""
                return [key, name, found.status.rawValue, value, found.evidence.text].map(Self.cell).joined(
                    separator: ",")
            }
        }
        let score = model.score(.quarter, measured, weights: [:], standing: standing, former: nil)
        let month = model.score(.month, measured, weights: [:], standing: standing, former: nil)
        let cells = [key, "\(score.probability)", "\(month.probability)", score.band.rawValue, score.firstSignal ?? ""]
        return [cells.map(Self.cell).joined(separator: ",")]
    }

    /// Quoted as RFC 4180 has it.
    private static func cell(_ text: String) -> String {
        guard text.contains(where: { $0 == "," || $0 == "\"" || $0.isNewline }) else { return text }
        return "\"" + text.replacing("\"", with: "\"\"") + "\""
    }
}
