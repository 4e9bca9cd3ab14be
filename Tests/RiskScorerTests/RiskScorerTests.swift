import Foundation
import Logging
import Model
import Postgres
import TestBed
import Testing

@testable import Chassis
@testable import RiskScorer

extension Runtime {
    /// As the service would have it, signed in as its role.
    static func testing(_ database: TestDatabase, plugins folder: String? = nil) async throws -> Runtime {
        var environment = ["HOLDFAST_RISK_SCORER_DATABASE_URL": database.url(as: "holdfast_risk_scorer")]
        environment["HOLDFAST_PLUGIN_FOLDER"] = folder
        return Runtime(
            .riskScorer, settings: try SettingValues(of: .riskScorer, environment: environment),
            database: database.configuration(as: "holdfast_risk_scorer"),
            pool: try await database.pool(as: .riskScorer),
            logger: Logger(label: "risk-scorer test"))
    }
}

/// The rows of a CSV by their heading; no cell of ours that is read here holds a comma.
func table(_ lines: [String]) -> [[String: String]] {
    let heading = lines[0].split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Dictionary(zip(heading, cells), uniquingKeysWith: { first, _ in first })
    }
}
