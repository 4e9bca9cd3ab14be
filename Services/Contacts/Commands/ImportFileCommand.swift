import ArgumentParser
import Chassis
import Foundation
import Model
import Postgres

/// `contacts import KIND FILE`: CSV in.
struct ImportFileCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "file", abstract: "Take accounts, contacts and their records from a CSV file.",
        discussion: """
            CSV as RFC 4180 has it, the first line names the columns; comma, semicolon or tab between them. An empty \
            cell says nothing. The same file again changes nothing, unless a key stands in it twice with other values: then the later \
            line wins each time. One that was broken off goes on where it stopped. \
            Lines that can't be taken are kept with their reasons in crm.import_refusal; the exit code is 0 all the same.

            Without options, times are ISO 8601 and amounts have a decimal point. A file from Excel in Ukraine may want \
            --encoding cp1251 --decimal-comma --dates day-first --time-zone Europe/Kyiv; --preview 5 shows what becomes of it.

            \(columns)

            Accounts, contacts and deals have a column field.KEY for each custom field.
            """)

    private static var columns: String {
        ImportKind.allCases.map { "\($0.rawValue): \($0.fields.joined(separator: ", "))" }.joined(separator: "\n")
    }

    @Argument(help: "What it holds: \(ImportKind.allCases.map(\.rawValue).joined(separator: ", ")).") var kind: String
    @Argument(help: "The file.") var file: String
    @Flag(help: "It is declared history: what it says counts as known since it happened.") var history = false
    @Option(help: "Where the rows come from, for their source column.") var source: String = "import"
    @Option(help: "COLUMN=FIELD, for a column that is called otherwise; may be repeated.") var map: [String] = []

    @Option(help: "FIELD=VALUE, for a field that every line has and no column, such as currency=EUR; may be repeated.")
    var set: [String] = []
    @Option(help: "How it is encoded: utf-8 or cp1251.") var encoding: String = "utf-8"
    @Flag(help: "Amounts are written as 1 234,56.") var decimalComma = false
    @Option(help: "How dates are written: iso, day-first (31.05.2026) or month-first (05/31/2026).")
    var dates: String = "iso"
    @Option(help: "Of times that name none, such as Europe/Kyiv; UTC for dates that are not ISO.") var timeZone: String?
    @Option(help: "Write nothing: show how the first so many lines would land, at most 100.") var preview: Int?
    @Option(help: "A file to which each line's verdict is added, as JSON lines.") var verdicts: String?

    /// As many refused lines are shown at the end.
    private static let refusalsShown = 5

    func run() async throws {
        let (kindName, path, isHistory, source, pairs, constants) = (kind, file, history, source, map, set)
        let (form, coding, lines, told) = (
            try notation(), try Self.word(encoding, "--encoding", ImportFile.Encoding.self), preview, verdicts
        )
        if let lines, !(1...Preview.most).contains(lines) {
            throw ValidationError("--preview is a number from 1 to \(Preview.most)")
        }
        try await Runtime.oneShot(.contacts) { runtime in
            guard let kind = ImportKind(rawValue: kindName) else {
                let kinds = ImportKind.allCases.map(\.rawValue).joined(separator: ", ")
                throw ProgramFailure(.usage, "“\(kindName)” can't be imported: there are \(kinds).")
            }
            let source = try Given.checked(["source": source]) { try $0.needed("source", atMost: 60) }
            let importer = Importer(
                kind: kind, file: try ImportFile(path: path, encoding: coding), map: try mapping(pairs), notation: form,
                constants: try mapping(constants, isMap: false), source: source, isHistory: isHistory,
                pool: runtime.pool, progress: ImportProgress(),
                verdicts: lines == nil ? try told.map(VerdictFile.init) : nil)
            if let lines {
                for line in try await Preview(importer: importer).run(lines) { Output.line(Self.words(line)) }
                return Output.note("Nothing was written.")
            }
            let outcome = try await importer.run()
            Output.line("\(kind.rawValue): \(outcome.tally) of \(outcome.tally.lines) lines (import \(outcome.id))")
            if !outcome.newUsers.isEmpty {
                Output.note(
                    "new users, who may not sign in yet: \(outcome.newUsers.joined(separator: ", ")); if one is mistyped, hand its accounts over"
                )
            }
            if outcome.tally.refused > 0 { try await showRefusals(outcome.id, runtime) }
        }
    }

    private func notation() throws -> Notation {
        var zone: TimeZone?
        if let timeZone {
            guard let known = TimeZone(identifier: timeZone), timeZone == "UTC" || timeZone.contains("/") else {
                throw ValidationError("--time-zone is a name such as Europe/Kyiv, not “\(timeZone)”")
            }
            zone = known
        }
        return Notation(
            dates: try Self.word(dates, "--dates", Notation.Dates.self), timeZone: zone, hasDecimalComma: decimalComma)
    }

    private static func word<Word: RawRepresentable<String> & CaseIterable>(
        _ text: String, _ option: String, _ type: Word.Type
    ) throws -> Word {
        guard let word = Word(rawValue: text) else {
            let words = Word.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("\(option) is one of \(words), not “\(text)”")
        }
        return word
    }

    private static func words(_ line: Preview.Line) -> String {
        var verdict = line.verdict.word
        if case .refused(let refusal) = line.verdict { verdict += " (\(refusal))" }
        return "line \(line.line): \(verdict)" + line.fields.map { "\n    \($0.name): \($0.value)" }.joined()
    }

    /// - Parameter isMap: a column's name may hold =, otherwise what stands behind it may.
    private func mapping(_ pairs: [String], isMap: Bool = true) throws -> [String: String] {
        var map: [String: String] = [:]
        for pair in pairs {
            guard let sign = isMap ? pair.lastIndex(of: "=") : pair.firstIndex(of: "="), sign != pair.startIndex else {
                throw ProgramFailure(.usage, "“\(pair)” says nothing: expected COLUMN=FIELD or FIELD=VALUE.")
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
