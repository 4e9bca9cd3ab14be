import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

/// The README says what is so.
@Suite struct ReadmeTests {
    private static let file = Repository.root.appending(path: "README.md")

    private static func text() throws -> String { try String(contentsOf: file, encoding: .utf8) }

    @Test func `its table of settings is the programs' own`() throws {
        let parts = try Self.text().components(separatedBy: "<!-- settings -->\n")
        let shown = try #require(parts.last?.components(separatedBy: "<!-- /settings -->").first)
        let wanted = Self.settings
        guard shown != wanted else { return }
        let fresh = FileManager.default.temporaryDirectory.appending(path: "holdfast-settings.md")
        try wanted.write(to: fresh, atomically: true, encoding: .utf8)
        Issue.record("the settings have changed: copy \(fresh.path()) between the marks in README.md")
    }

    /// Names that differ by the service's name alone stand once, with SERVICE in its place.
    private static var settings: String {
        var rows: [String] = []
        for service in ServiceName.allCases {
            for setting in Settings.table(of: service) {
                let prefix = "HOLDFAST_\(service.settingPrefix)_"
                let isShared = ServiceName.allCases.filter { $0.apiPort != nil }.allSatisfy { other in
                    let name = setting.name.replacing(prefix, with: "HOLDFAST_\(other.settingPrefix)_")
                    return Settings.knownNames.contains(name)
                }
                let name = isShared ? setting.name.replacing(prefix, with: "HOLDFAST_SERVICE_") : setting.name
                let differs = isShared && ["PORT", "HEALTH_PORT"].contains { setting.name == prefix + $0 }
                let fallback =
                    setting.isSecret ? "" : differs ? "see above" : setting.fallbackText.map { "`\($0)`" } ?? ""
                let doc = setting.doc.replacing(service.role, with: "holdfast_SERVICE")
                let kind = setting.kindWords.replacing(" | ", with: ", ")
                let row = "| `\(name)` | \(fallback) | \(kind) | \(doc) |"
                let isListed = rows.contains { $0.hasPrefix("| `\(name)` |") }
                if !isListed { rows.append(row) }
            }
        }
        return "| name | default | kind | what it does |\n|---|---|---|---|\n" + rows.joined(separator: "\n") + "\n"
    }

    @Test func `every recipe runs with the role that it is for`() async throws {
        let recipes = try Self.text().components(separatedBy: "```sql\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(recipes.count >= 8)
        try await TestDatabase.with { database in
            for recipe in recipes {
                let role =
                    recipe.contains("queue.") && recipe.contains("redrive") ? "holdfast_operator" : "holdfast_report"
                let pool = database.pool(as: role, size: 1)
                try await pool.withConnection { try await $0.script(recipe) }
                await pool.close()
            }
        }
    }

    @Test func `its links lead somewhere`() throws {
        let links = try Self.text().matches(of: /\]\(([^)#:]+)\)/).map { String($0.output.1) }
        for link in links {
            #expect(FileManager.default.fileExists(atPath: Repository.root.appending(path: link).path()), "\(link)")
        }
    }
}
