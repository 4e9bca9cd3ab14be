import Chassis
import Foundation
import Synchronization

/// What became of each line of a file, one JSON object a line: `{"line": 17, "status": "quarantined", "reason": "…"}`.
/// An import that goes on adds to it.
final class VerdictFile: Sendable {
    private let handle: Mutex<FileHandle>

    init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path), (try? handle.seekToEnd()) != nil else {
            throw ProgramFailure(.notAllowed, "\(path) can't be written: name a file in a folder that is yours.")
        }
        self.handle = Mutex(handle)
    }

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
        let data = Data(bytes)
        try handle.withLock { try $0.write(contentsOf: data) }
    }
}
