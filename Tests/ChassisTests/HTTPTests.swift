@testable import Chassis
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization
import Testing

private func router() -> Router<ServiceContext> {
    let router = Router(context: ServiceContext.self)
    router.get("hello/:name") { request, context in
        "hello \(try context.parameters.require("name", as: Int.self)) \(context.logger[metadataKey: "hb.request.id"] ?? "-")"
    }
    router.get("problem") { _, _ -> String in throw HTTPProblem(.conflict, code: "taken", "The name \"x\" is taken.") }
    router.get("broken") { _, _ -> String in throw Broken() }
    router.get("slow") { _, _ -> String in
        try await Task.sleep(for: .seconds(60))
        return "never"
    }
    router.post("echo") { request, _ in String(buffer: try await request.body.collect(upTo: 1 << 20)) }
    router.post("typed") { request, context in
        try await request.decode(as: Typed.self, context: context).name
    }
    return router
}

private struct Broken: Error, CustomStringConvertible { let description = "password=s3cret at line 7" }
private struct Typed: Decodable { let name: String }

@Suite struct HTTPTests {
    @Test func requestGetsItsIdAndItsAnswer() async throws {
        try await ServedRouter.with(router()) { server in
            let own = try await server.send("GET", "/hello/7", headers: [("X-Request-Id", "abc-1.2_3")])
            #expect(own.status == 200 && own.headers["x-request-id"] == "abc-1.2_3")
            #expect(own.body == "hello 7 abc-1.2_3")
            let forged = try await server.send("GET", "/hello/7", headers: [("X-Request-Id", "a\tb{}")])
            #expect(forged.headers["x-request-id"]?.count == 16)
        }
    }

    @Test(arguments: [
        ("GET", "/nothing", nil, 404, "not_found"), ("DELETE", "/problem", nil, 404, "not_found"),
        ("GET", "/problem", nil, 409, "taken"), ("GET", "/broken", nil, 500, "internal_error"),
        ("GET", "/hello/x", nil, 400, "bad_request"), ("POST", "/typed", "{}", 400, "bad_request"),
        ("POST", "/typed", "{", 400, "bad_request"), ("GET", "/%zz", nil, 404, "not_found"),
    ])
    func everyErrorHasOneShape(_ method: String, _ path: String, _ body: String?, _ status: Int, _ code: String)
        async throws
    {
        try await ServedRouter.with(router()) { server in
            let answer = try await server.send(
                method, path, headers: [("content-type", "application/json")], body: body)
            #expect(answer.status == status && answer.fields["code"] == code)
            // RFC 9457, and its words under the older name too.
            #expect(
                answer.fields.keys.sorted() == ["code", "detail", "message", "status", "title", "type"]
                    && answer.fields["message"]?.isEmpty == false && answer.fields["detail"] == answer.fields["message"]
            )
            #expect(answer.fields["type"] == "urn:holdfast:problem:\(code)" && answer.fields["status"] == "\(status)")
            #expect(answer.headers["content-type"] == "application/problem+json" && !answer.body.contains("s3cret"))
        }
    }

    @Test func bodyAboveTheLimitIsRefusedDeclaredOrNot() async throws {
        var limits = HTTPLimits()
        limits.maxBodyBytes = 1_000
        try await ServedRouter.with(router(), limits: limits) { server in
            let fits = try await server.send("POST", "/echo", body: String(repeating: "x", count: 1_000))
            #expect(fits.status == 200 && fits.body.count == 1_000)
            let large = try await server.send("POST", "/echo", body: String(repeating: "x", count: 1_001))
            #expect(large.status == 413 && large.fields["code"] == "body_too_large")
            let chunks = String(repeating: "100\r\n\(String(repeating: "x", count: 256))\r\n", count: 5) + "0\r\n\r\n"
            let head = "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
            let chunked = await Raw.exchange(port: server.port, head + chunks) { $0.contains("body_too_large") }
            #expect(chunked.hasPrefix("HTTP/1.1 413"))
        }
    }

    @Test func requestThatTakesTooLongIsGivenUp() async throws {
        var limits = HTTPLimits()
        limits.requestTimeout = .milliseconds(200)
        try await ServedRouter.with(router(), limits: limits) { server in
            let answer = try await server.send("GET", "/slow")
            #expect(answer.status == 503 && answer.fields["code"] == "timeout" && answer.headers["retry-after"] == "5")
        }
    }

    @Test func aBodyInNoPiecesOfHTTPIsTheSendersFault() async throws {
        try await ServedRouter.with(router()) { server in
            let request = "POST /echo HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n"
            let answer = await Raw.exchange(port: server.port, request) { $0.contains("\r\n\r\n") }
            #expect(answer.hasPrefix("HTTP/1.1 400"), "\(answer)")
            let next = try await server.send("GET", "/hello/1")
            #expect(next.status == 200)
        }
    }

    @Test func clientThatDripsItsBodyIsCutOff() async throws {
        var limits = HTTPLimits()
        limits.requestTimeout = .milliseconds(200)
        limits.cutAfter = .seconds(2)
        try await ServedRouter.with(router(), limits: limits) { server in
            let head = "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\nabc"
            let started = ContinuousClock.now
            let answer = await Raw.exchange(port: server.port, head) { _ in false }
            #expect(answer == "" || answer.hasPrefix("HTTP/1.1 503"))
            #expect(started.duration(to: .now) < .seconds(120))
            let next = try await server.send("GET", "/hello/1")
            #expect(next.status == 200)
        }
    }

    @Test func idleConnectionIsClosedAndSoIsOneWithHalfAHead() async throws {
        var limits = HTTPLimits()
        limits.idleTimeout = .milliseconds(200)
        try await ServedRouter.with(router(), limits: limits) { server in
            #expect(await Raw.exchange(port: server.port, "") { _ in false } == "")
            #expect(await Raw.exchange(port: server.port, "GET / HTTP/1.1\r\nho") { _ in false } == "")
        }
    }

    @Test(arguments: [
        "GET /hello/1 HTTP/1.1\r\nhost: x\r\na: \(String(repeating: "x", count: 40_000))\r\n\r\n",
        "GET /hello/1 HTTP/1.1\r\nhost: x\r\n\(String(repeating: "a: b\r\n", count: 200))\r\n", "garbage\r\n\r\n",
        "GET /\(String(repeating: "x", count: 40_000)) HTTP/1.1\r\nhost: x\r\n\r\n",
        "POST /echo HTTP/1.1\r\nhost: x\r\ncontent-length: -5\r\n\r\n",
        "POST /echo HTTP/1.1\r\ncontent-length: 1e9\r\n\r\n",
    ])
    func headThatIsTooLargeOrNoneIsRefused(_ text: String) async throws {
        try await ServedRouter.with(router()) { server in
            let answer = await Raw.exchange(port: server.port, text, closing: true) { _ in false }
            #expect(answer.hasPrefix("HTTP/1.1 400") || answer == "", "\(answer.prefix(200))")
            let next = try await server.send("GET", "/hello/1")
            #expect(next.status == 200)
        }
    }

    @Test func portInUseIsOneSentence() async throws {
        try await ServedRouter.with(router()) { server in
            let second = HTTPServer(
                router(), host: "127.0.0.1", port: server.port, settingName: "HOLDFAST_X_PORT", limits: HTTPLimits(),
                logger: Logger(label: "test") { _ in SwiftLogNoOpLogHandler() })
            let failure = await #expect(throws: ProgramFailure.self) { try await second.run() }
            #expect(failure?.status == .unavailable && failure?.sentences.count == 1)
            #expect(failure?.description.contains("HOLDFAST_X_PORT") == true)
        }
    }
}

@Suite struct HealthTests {
    private func answers(_ health: Health, _ path: String) async throws -> ServedRouter.Answer {
        let metrics = PrometheusMetrics()
        return try await ServedRouter.with(HealthRoutes.router(health, metrics: metrics, service: "contacts")) {
            server in
            try await server.send("GET", path)
        }
    }

    @Test func readinessFollowsStartChecksAndDraining() async throws {
        let health = Health()
        #expect(try await answers(health, "/healthz").body == "{\"status\":\"alive\"}")
        let starting = try await answers(health, "/readyz")
        #expect(starting.status == 503 && starting.fields["reason"] == "starting")
        health.waits(for: nil)
        #expect(try await answers(health, "/readyz").body == "{\"status\":\"ready\"}")
        health.drain()
        let draining = try await answers(health, "/readyz")
        #expect(draining.status == 503 && draining.fields["reason"] == "stopping")
    }

    @Test func failingAndHangingChecksSayNoWithoutSecrets() async throws {
        let failing = Health()
        failing.waits(for: nil)
        failing.require("database") { throw ProgramFailure(.unavailable, "postgresql://u:s3cret@h is gone") }
        let answer = try await answers(failing, "/readyz")
        #expect(answer.status == 503 && answer.fields["reason"] == "database: postgresql://u:***@h is gone")
        let hanging = Health()
        hanging.waits(for: nil)
        hanging.require("database") { try await Task.sleep(for: .seconds(600)) }
        #expect(try await answers(hanging, "/readyz").fields["reason"] == "database: no answer within 3 seconds")
    }

    @Test func askingOftenAsksTheDatabaseOnce() async throws {
        let asked = Atomic(0)
        let health = Health()
        health.waits(for: nil)
        health.require("database") { asked.add(1, ordering: .relaxed) }
        let now = ContinuousClock.now
        for _ in 0..<5 { #expect(await health.unreadiness(at: now) == nil) }
        #expect(asked.load(ordering: .relaxed) == 1)
    }

    @Test func metricsShowTheProcess() async throws {
        let text = try await answers(Health(), "/metrics")
        #expect(text.headers["content-type"] == "text/plain; version=0.0.4; charset=utf-8")
        #expect(text.body.contains("holdfast_build_info{service=\"contacts\",version=\"\(Chassis.version)\"} 1\n"))
        #expect(text.body.contains("\nholdfast_process_resident_memory_bytes "))
    }
}
