import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `contacts import KIND FILE`: CSV in.
struct ImportCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "import", abstract: "Take accounts, contacts, subscriptions or orders from a CSV file.",
        discussion: """
            CSV as RFC 4180 has it, UTF-8, the first line names the columns; comma, semicolon or tab between them. An empty \
            cell says nothing. The same file again changes nothing, and one that was broken off goes on where it stopped. \
            Lines that can't be taken are kept with their reasons in crm.import_refusal; the exit code is 0 all the same.

            accounts: \(ImportKind.accounts.fields.joined(separator: ", "))
            contacts: \(ImportKind.contacts.fields.joined(separator: ", "))
            subscriptions: \(ImportKind.subscriptions.fields.joined(separator: ", "))
            orders: \(ImportKind.orders.fields.joined(separator: ", "))
            """)

    @Argument(help: "accounts, contacts, subscriptions or orders.") var kind: String
    @Argument(help: "The file.") var file: String
    @Flag(help: "It is declared history: what it says counts as known since it happened.") var history = false
    @Option(help: "Where the rows come from, for their source column.") var source: String = "import"
    @Option(help: "COLUMN=FIELD, for a column that is called otherwise; may be repeated.") var map: [String] = []

    /// As many refused lines are shown at the end.
    private static let refusalsShown = 5

    func run() async throws {
        let (kindName, path, isHistory, source, pairs) = (kind, file, history, source, map)
        try await Runtime.oneShot(.contacts) { runtime in
            guard let kind = ImportKind(rawValue: kindName) else {
                let kinds = ImportKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProgramFailure(.usage, "“\(kindName)” can't be imported: there are \(kinds).")
            }
            let source = try Given.checked(["source": source]) { try $0.needed("source", atMost: 60) }
            let importer = Importer(
                kind: kind, file: try ImportFile(path: path), map: try mapping(pairs), source: source,
                isHistory: isHistory, pool: runtime.pool, progress: ImportProgress())
            let outcome = try await importer.run()
            Output.line("\(kind.rawValue): \(outcome.tally) of \(outcome.tally.lines) lines (import \(outcome.id))")
            if outcome.tally.refused > 0 { try await showRefusals(outcome.id, runtime) }
        }
    }

    private func mapping(_ pairs: [String]) throws -> [String: String] {
        var map: [String: String] = [:]
        for pair in pairs {
            guard let sign = pair.lastIndex(of: "="), sign != pair.startIndex else {
                throw ProgramFailure(.usage, "“\(pair)” maps nothing: expected COLUMN=FIELD.")
            }
            map[String(pair[..<sign])] = String(pair[pair.index(after: sign)...])
        }
        return map
    }

    private func showRefusals(_ id: Int64, _ runtime: Runtime) async throws {
        let rows = try await runtime.pool.query(
            """
            select line, field, reason from crm.import_refusal where import_id = \(id) order by line
            limit \(Self.refusalsShown)
            """)
        for row in rows {
            let (line, field, reason) = try row.decode(Int64.self, String?.self, String.self)
            Output.note("line \(line): \(Refusal(field, reason))")
        }
        Output.note("all of them: select * from crm.import_refusal where import_id = \(id) order by line")
    }
}
