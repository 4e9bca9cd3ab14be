import Chassis
import Foundation

/// What became of each line of a file, one JSON object a line:
/// `{"key": "o2", "line": 3, "message": "…", "field": "account_key", "result": "refused"}`. An import that goes on adds to it.
struct VerdictFile: Sendable {
    private struct Line: Encodable {
        let line: Int
        var key: String?
        let result: String
        var field: String?
        var message: String?
    }

    private let file: AppendedFile

    init(path: String) throws { file = try AppendedFile(path: path) }

    /// In the order of the lines.
    func write(_ verdicts: [(line: Int, key: String?, verdict: Verdict)]) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        var data = Data()
        for (number, key, verdict) in verdicts.sorted(by: { $0.line < $1.line }) {
            var line = Line(line: number, key: key, result: verdict.word)
            if case .refused(let refusal) = verdict { (line.field, line.message) = (refusal.field, refusal.reason) }
            data += try encoder.encode(line) + Data([10])
        }
        try file.write(data)
    }
}
