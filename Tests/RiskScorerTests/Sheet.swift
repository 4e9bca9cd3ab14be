import Foundation

@testable import RiskScorer

/// What `risk-scorer score --signals` says, by account and signal.
struct Sheet {
    struct Cell {
        let status: String
        let value: Double?
        var evidence = ""
    }

    private let cells: [String: Cell]

    init(_ tenant: Tenant, asOf time: Date? = nil) async throws {
        let lines = try await ScoreSheet(time: time, showsSignals: true).lines(try await tenant.runtime())
        var cells: [String: Cell] = [:]
        for (row, line) in zip(table(lines), lines.dropFirst()) {
            let evidence = line.split(separator: ",", maxSplits: 4, omittingEmptySubsequences: false).last ?? ""
            cells["\(row["account_key"] ?? "") \(row["signal"] ?? "")"] = Cell(
                status: row["status"] ?? "", value: row["value"].flatMap(Double.init),
                evidence: String(evidence).replacing("\"\"", with: "\""))
        }
        self.cells = cells
    }

    subscript(_ account: String, _ signal: String) -> Cell {
        cells["\(account) \(signal)"] ?? Cell(status: "absent", value: nil)
    }
}

/// The rows of a CSV by their heading; no cell that is read here comes after one with a comma.
func table(_ lines: [String]) -> [[String: String]] {
    let heading = (lines.first ?? "").split(separator: ",").map(String.init)
    return lines.dropFirst().map { line in
        let cells = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        return Dictionary(zip(heading, cells), uniquingKeysWith: { first, _ in first })
    }
}
