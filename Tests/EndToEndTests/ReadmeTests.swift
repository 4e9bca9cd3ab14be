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
                // One service or another may lack it: risk-scorer has no API, usage-ingest no queue.
                let having = ServiceName.allCases.count { other in
                    let name = setting.name.replacing(prefix, with: "HOLDFAST_\(other.settingPrefix)_")
                    return Settings.knownNames.contains(name)
                }
                let isShared = setting.name.hasPrefix(prefix) && having >= ServiceName.allCases.count - 1
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

    private static func role(for recipe: String) -> String {
        switch recipe {
        case _ where recipe.contains("queue.enqueue("): ServiceName.riskScorer.role
        case _ where recipe.contains("queue.redrive(") || recipe.contains("create view custom."): "holdfast_operator"
        default: "holdfast_report"
        }
    }

    @Test func `every recipe runs with the role that it is for`() async throws {
        let recipes = try Self.text().components(separatedBy: "```sql\n").dropFirst()
            .compactMap { $0.components(separatedBy: "```").first }
        #expect(recipes.count >= 8)
        try await TestDatabase.with { database in
            for recipe in recipes {
                // A role is the whole cluster's: it is made by the owner, and taken back.
                if recipe.contains("create role") {
                    let row = try await database.owner.first("select current_database() as name")
                    let name: String = try row?["name"] ?? ""
                    let own = recipe.replacing("on database holdfast", with: "on database \(name)")
                    try await database.owner.withConnection { try await $0.script("begin; \(own); rollback") }
                    continue
                }
                let pool = database.pool(as: Self.role(for: recipe), size: 1)
                try await pool.withConnection { try await $0.script(recipe) }
                await pool.close()
            }
        }
    }

    /// The first block of this language in the section about signals.
    private static func example(_ language: String) throws -> String {
        let section = try #require(try text().components(separatedBy: "### Write a signal\n").last)
        let block = section.components(separatedBy: "```\(language)\n").dropFirst().first
        return try #require(block?.components(separatedBy: "```").first)
    }

    @Test func `its signal in Python measures accounts as written`() async throws {
        let folder = FileManager.default.temporaryDirectory.appending(path: "readme-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let own = folder.appending(path: "tickets")
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        try Data(Self.example("json").utf8).write(to: own.appending(path: "plugin.json"))
        try Data("account_key,open\nacme,4\n".utf8).write(to: own.appending(path: "tickets.csv"))
        let program = own.appending(path: "tickets.py")
        try Data(Self.example("python").utf8).write(to: program)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: program.path())
        try await TestDatabase.with { database in
            try await database.owner.execute(
                "insert into crm.account (key, name) values ('acme', 'Acme'), ('calm', 'Calm')")
            try await Holdfast.with(
                database, settings: ["HOLDFAST_PLUGIN_FOLDER": folder.path()], order: [.riskScorer]
            ) { _ in
                try await eventually(within: 60, "both accounts are measured") {
                    let row = try await database.owner.first(
                        "select count(*) as n from report.signal where signal = 'open_tickets'")
                    return try row?["n"] == Int64(2)
                }
            }
            let measured = try await database.owner.query(
                """
                select concat_ws(' ', s.account_key, s.title, s.status, s.value, r.contribution, r.words) as row
                from report.signal s left join report.score_reason r
                    on r.account_key = s.account_key and r.signal = s.signal and r.horizon_days = 90
                where s.signal = 'open_tickets' order by 1
                """
            ).map { try $0["row"] as String }
            #expect(
                measured == [
                    "acme Open support tickets ok 0.8 1.2000000000000002 4 support tickets are open",
                    "calm Open support tickets no_data",
                ])
        }
    }

    @Test func `its signal in Swift is the one that risk-scorer's tests measure`() throws {
        let tested = try String(
            contentsOf: Repository.root.appending(path: "Tests/RiskScorerTests/ComplaintsSignal.swift"),
            encoding: .utf8)
        let example = try Self.example("swift").replacing("import Postgres\n\n", with: "")
        #expect(tested.contains(example))
    }

    @Test func `its links lead somewhere`() throws {
        let links = try Self.text().matches(of: /\]\(([^)#:]+)\)/).map { String($0.output.1) }
        for link in links {
            #expect(FileManager.default.fileExists(atPath: Repository.root.appending(path: link).path()), "\(link)")
        }
    }
}
