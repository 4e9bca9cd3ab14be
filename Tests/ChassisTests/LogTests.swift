@testable import Chassis
import Foundation
import Logging
import Synchronization
import Testing

/// A logger whose lines are kept.
private final class Kept: Sendable {
    let lines = Mutex<[[UInt8]]>([])

    func logger(_ level: Logger.Level = .trace) -> Logger {
        Logger(label: "test") { label in
            ServiceLog(label: label, service: "contacts", level: level) { line in
                self.lines.withLock { $0.append(line) }
            }
        }
    }

    /// The only line, as an object.
    func object() throws -> [String: String] {
        let lines = lines.withLock { $0 }
        try #require(lines.count == 1)
        #expect(lines[0].last == 10 && lines[0].filter { $0 == 10 }.count == 1)
        return try JSONDecoder().decode([String: String].self, from: Data(lines[0]))
    }
}

@Suite struct LogTests {
    @Test func lineIsOneJSONObjectWithItsIds() throws {
        let kept = Kept()
        var logger = kept.logger()
        logger[metadataKey: "job_id"] = "42"
        logger.warning("It broke.", metadata: ["hb.request.id": "r-1", "level": "mine", "error": "sad"])
        let line = try kept.object()
        #expect(line["message"] == "It broke." && line["level"] == "warning" && line["service"] == "contacts")
        #expect(
            line["job_id"] == "42" && line["request_id"] == "r-1" && line["level_"] == "mine" && line["error"] == "sad")
        #expect(line["time"]?.hasSuffix("Z") == true && line["time"]?.count == 24)
    }

    @Test func whatComesFromOutsideCannotForgeALine() throws {
        let kept = Kept()
        kept.logger().info("a\n{\"level\":\"critical\"}\u{1}\u{7f}\"\\", metadata: ["k\n": "\r\t"])
        let line = try kept.object()
        #expect(line["message"] == "a\n{\"level\":\"critical\"}\u{1}\u{7f}\"\\" && line["k\n"] == "\r\t")
    }

    @Test func longValuesAreCutAtACharacter() throws {
        let kept = Kept()
        kept.logger().info("x", metadata: ["v": "\(String(repeating: "€", count: 3_000))"])
        let value = try #require(try kept.object()["v"])
        #expect(value.hasPrefix("€€€") && value.hasSuffix("… (9000 bytes in all)") && value.utf8.count < 4_200)
    }

    @Test func levelsBelowTheSetOneAreNotWritten() {
        let kept = Kept()
        kept.logger(.warning).info("quiet")
        #expect(kept.lines.withLock { $0 }.isEmpty)
    }

    @Test(arguments: [
        ("postgresql://u:s3cret@h/d", "postgresql://u:***@h/d"),
        ("to https://a:b@c and http://d:e@f/", "to https://a:***@c and http://d:***@f/"),
        ("http://h:80/x@y", "http://h:80/x@y"),
        ("host=h password=s3cret user=u", "host=h password=*** user=u"),
        ("key hf_write_0123456789abcdefABCDEF!", "key hf_write_***!"),
        ("hf_api_0123456789", "hf_api_***"),
        ("secret whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", "secret whsec_***"),
        ("Authorization: Bearer abc.def-ghi", "Authorization: Bearer ***"),
        ("basic dXNlcjpwYXNzd29yZA==", "basic ***"),
        ("the Basic plan", "the Basic plan"), ("ends with ://", "ends with ://"), ("", ""), ("hf_", "hf_"),
    ])
    func secretsAreTakenOut(_ text: String, _ expected: String) {
        #expect(Redaction.clean(text) == expected)
    }

    @Test func metadataNamedLikeASecretIsNotShown() throws {
        let kept = Kept()
        kept.logger().info("x", metadata: ["Authorization": "plain", "db_password": "plain", "rows": "7"])
        let line = try kept.object()
        #expect(line["Authorization"] == "***" && line["db_password"] == "***" && line["rows"] == "7")
    }
}

@Suite struct LogFileTests {
    @Test func fileIsRotatedBySizeAndTheEldestDropped() throws {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let path = folder.appendingPathComponent("a.log").path
        let file = try LogFile(path: path, maxBytes: 10, keep: 2)
        for text in ["one\n", "two\n", "three\n", "four\n", "five five\n", "six\n"] { file.write(Array(text.utf8)) }
        func text(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
        #expect(text(path) == "six\n" && text(path + ".1") == "five five\n" && text(path + ".2") == "four\n")
        #expect(text(path + ".3") == nil)
    }

    @Test func fileThatCannotBeOpenedIsOneSentence() {
        #expect(throws: ProgramFailure.self) { _ = try LogFile(path: "/nowhere/at/all.log", maxBytes: 10, keep: 1) }
    }
}
