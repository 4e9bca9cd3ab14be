import Chassis
import Foundation
import TestBed
import Testing

@testable import Notifier

/// https: the connection goes to the address that was checked, the name stays the host's, and a certificate that nobody
/// vouches for is refused.
@Suite struct TLSTests {
    private static let python = ProcessInfo.processInfo.environment["HOLDFAST_TEST_PYTHON"] ?? ""
    private static let openssl = "/usr/bin/openssl"
    private static let canRun = !python.isEmpty && FileManager.default.isExecutableFile(atPath: openssl)

    private static let server = """
        import socket, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1])
        context.sni_callback = lambda s, name, c: print("name", name, flush=True)
        server = socket.create_server(("127.0.0.1", 0))
        print("port", server.getsockname()[1], "end", flush=True)
        try:
            context.wrap_socket(server.accept()[0], server_side=True).recv(1)
        except OSError:
            pass
        """

    @Test(.enabled(if: canRun, "set HOLDFAST_TEST_PYTHON, and install openssl"))
    func theNameIsKept() async throws {
        let file = FileManager.default.temporaryDirectory.appending(path: "holdfast-\(UUID().uuidString).pem").path
        defer { try? FileManager.default.removeItem(atPath: file) }
        let made = try await RunningProgram.run(
            Self.openssl,
            [
                "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=hooks.example.test",
                "-keyout", file, "-out", file + ".crt",
            ])
        defer { try? FileManager.default.removeItem(atPath: file + ".crt") }
        #expect(made.exit == .code(0))
        let both =
            try String(contentsOfFile: file, encoding: .utf8) + String(contentsOfFile: file + ".crt", encoding: .utf8)
        try both.write(toFile: file, atomically: true, encoding: .utf8)
        try await RunningProgram.with(Self.python, ["-c", Self.server, file]) { program in
            try await program.says("its port") { $0.contains("end") }
            let words = program.output.split(separator: " ")
            let port = try #require(words.count > 1 ? Int(words[1]) : nil)
            let client = WebhookClient(
                policy: AddressPolicy(allowed: [try #require(NetworkRange("127.0.0.1/32"))]),
                resolver: Resolver { _ in ["127.0.0.1"] })
            let result = try await client.post(
                EndpointURL("https://hooks.example.test:\(port)/"), headers: [], body: [])
            #expect(result == .unreachable("TLS failed: the certificate does not fit."))
            try await program.says("the name") { $0.contains("name hooks.example.test") }
        }
    }
}
