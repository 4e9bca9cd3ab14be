import Foundation
import Model
import TestBed
import Testing

@testable import Notifier

/// The library that receivers use, unmodified from PyPI, on a delivery as it arrived.
@Suite struct VerifierTests {
    private static let python = ProcessInfo.processInfo.environment["HOLDFAST_TEST_PYTHON"] ?? ""
    private static let strict = ProcessInfo.processInfo.environment["HOLDFAST_TEST_STRICT"] == "1"

    private static let script = """
        import json, sys
        from standardwebhooks import Webhook
        given = json.load(sys.stdin)
        payload = Webhook(given["secret"]).verify(given["body"], given["headers"])
        print(payload["type"])
        """

    @Test(.enabled(if: strict || !python.isEmpty, "set HOLDFAST_TEST_PYTHON to a Python with standardwebhooks"))
    func standardwebhooksAcceptsADelivery() async throws {
        let receiver = try Receiver.answering(200)
        try await Bench.with { bench in
            let (_, first) = try await bench.book.add(name: "hook", url: receiver.url, topics: [])
            let second = try await bench.book.rotate(.name("hook"))
            let account = try await bench.account("acme", name: "Größe & Söhne 🙂")
            try await bench.publish(.taskOpened, TasksTouched(tasks: [try await bench.task(account)]))
            try await bench.settled(1)
            let request = try #require(receiver.requests.first)
            for secret in [first, second] {
                #expect(try Self.verify(request, secret) == "task.opened")
            }
            #expect(try Self.verify(request, EndpointSecret.make()) == nil)
            var forged = request
            forged.body.append(UInt8(ascii: " "))
            #expect(try Self.verify(forged, second) == nil)
        }
    }

    /// What the library made of it: the type, or nil where it refused.
    private static func verify(_ request: Receiver.Request, _ secret: EndpointSecret) throws -> String? {
        struct Given: Encodable {
            let secret: String
            let body: String
            let headers: [String: String]
        }
        let process = Process()
        process.executableURL = URL(filePath: python)
        process.arguments = ["-c", script]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = FileHandle.nullDevice
        try process.run()
        let given = Given(
            secret: secret.text, body: String(decoding: request.body, as: UTF8.self), headers: request.headers)
        try input.fileHandleForWriting.write(contentsOf: JSONEncoder().encode(given))
        try input.fileHandleForWriting.close()
        let said = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { return nil }
        return String(decoding: said, as: UTF8.self).trimmingCharacters(in: .whitespacesAndNewlines)
    }
}
