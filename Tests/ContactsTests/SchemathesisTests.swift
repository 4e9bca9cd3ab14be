import Chassis
import Foundation
import NIOHTTP1
import Postgres
import TestBed
import Testing

@testable import Contacts

/// schemathesis, unmodified from PyPI with its default checks, against the whole service: it makes requests of the
/// description that are right, and that are wrong in every way that it knows, and judges the answers by the description.
@Suite struct SchemathesisTests {
    private static let environment = ProcessInfo.processInfo.environment
    private static let python = environment["HOLDFAST_TEST_PYTHON"] ?? ""
    private static let strict = environment["HOLDFAST_TEST_STRICT"] == "1"

    @Test(.enabled(if: strict || !python.isEmpty, "set HOLDFAST_TEST_PYTHON to a Python with schemathesis"))
    func findsNothing() async throws {
        let examples = Self.environment["HOLDFAST_TEST_EXAMPLES"] ?? "20"
        try await Office.with(["HOLDFAST_CONTACTS_REQUESTS_PER_SECOND": "1000000"]) { office in
            try await office.furnish()
            let (status, output) = try await Self.run([
                "run", "http://127.0.0.1:\(office.port)/v1/openapi.json", "--header",
                "Authorization: Bearer \(office.key)", "--max-examples", examples, "--seed", "20260531",
                "--generation-database", "none", "--no-color",
            ])
            #expect(status == 0, "\(output)")
            #expect(output.contains("Test cases:") || output.contains("No issues found"), "\(output)")
        }
    }

    /// - Returns: how it ended, and the end of what it said.
    private static func run(_ arguments: [String]) async throws -> (status: Int32, output: String) {
        let folder = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let process = Process()
        process.executableURL = URL(filePath: python).deletingLastPathComponent().appending(path: "schemathesis")
        process.arguments = arguments
        process.currentDirectoryURL = folder
        let file = folder.appending(path: "output")
        _ = FileManager.default.createFile(atPath: file.path, contents: nil)
        let output = try FileHandle(forWritingTo: file)
        process.standardOutput = output
        process.standardError = output
        try await withCheckedThrowingContinuation { (continuation: CheckedContinuation<Void, any Error>) in
            process.terminationHandler = { _ in continuation.resume() }
            do { try process.run() } catch { continuation.resume(throwing: error) }
        }
        let said = String(decoding: try Data(contentsOf: file), as: UTF8.self)
        return (process.terminationStatus, String(said.suffix(12_000)))
    }
}

extension Office {
    /// Puts something there to read.
    fileprivate func furnish() async throws {
        let bodies = [
            ("accounts/0", #"{"name": "Acme", "tags": ["vip"]}"#),
            ("contacts/0", #"{"account_key": "0", "email": "anna@example.com"}"#),
            ("orders/0", #"{"account_key": "0", "ordered_at": "2026-05-01", "amount": "29.33", "currency": "EUR"}"#),
            ("subscriptions/0", #"{"account_key": "0", "mrr": 49, "currency": "EUR"}"#),
            ("segments/0", #"{"expression": "tag(\"vip\")"}"#),
            ("fields/account/a", #"{"type": "number"}"#),
            ("deals/0", #"{"account_key": "0", "amount": 9, "currency": "EUR"}"#),
            ("tickets/0", #"{"account_key": "0"}"#),
            ("invoices/0", #"{"account_key": "0", "amount": 9, "currency": "EUR", "issued_on": "2026-05-01"}"#),
            ("goals/0", #"{"account_key": "0"}"#), ("requests/0", "{}"), ("requests/0/votes/0", "{}"),
        ]
        for (path, body) in bodies {
            let answer = try await api(.PUT, "/v1/\(path)", body)
            guard answer.status == 201 else { throw TestBedError("\(path): \(answer.body)") }
        }
        _ = try await desk.task("0", "Call them")
    }
}
