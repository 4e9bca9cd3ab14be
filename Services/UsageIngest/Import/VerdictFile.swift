import Chassis
import Foundation

/// What became of each line of a file, one JSON object a line: `{"line": 17, "status": "quarantined", "reason": "…"}`.
/// An import that goes on adds to it.
struct VerdictFile: Sendable {
    private let file: AppendedFile

    init(path: String) throws { file = try AppendedFile(path: path) }

    func write(_ verdicts: [(line: Int, verdict: Verdict)]) throws {
        var bytes: [UInt8] = []
        for (line, verdict) in verdicts {
            var members: [JSONObject.Member] = [
                .init(name: "line", value: .number("\(line)")),
                .init(name: "status", value: .string(verdict.status.rawValue)),
            ]
            if let reason = verdict.reason { members.append(.init(name: "reason", value: .string(reason))) }
            JSONValue.object(JSONObject(members)).write(into: &bytes)
            bytes.append(UInt8(ascii: "\n"))
        }
        try file.write(Data(bytes))
    }
}
