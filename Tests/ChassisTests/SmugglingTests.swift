@testable import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Testing

/// A request that two programs could read in two ways is refused, and its connection closed: what follows it on the
/// connection is never taken for a request.
@Suite struct SmugglingTests {
    private func router() -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.post("echo") { request, _ in "body:" + String(buffer: try await request.body.collect(upTo: 1 << 20)) }
        router.get("hidden") { _, _ in "smuggled" }
        return router
    }

    private static let hidden = "GET /hidden HTTP/1.1\r\nhost: x\r\n\r\n"

    private static let ambiguous = [
        // Content-Length and Transfer-Encoding.
        "content-length: 4\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\ncontent-length: 4\r\n\r\n0\r\n\r\n",
        // Two lengths, equal or not, on two lines or one.
        "content-length: 0\r\ncontent-length: 40\r\n\r\n", "content-length: 4\r\ncontent-length: 4\r\n\r\nabcd",
        "content-length: 0, 40\r\n\r\n", "content-length: +4\r\n\r\nabcd", "content-length: 0x4\r\n\r\nabcd",
        "content-length: 99999999999999999999999\r\n\r\n",
        // A header that goes on in the next line, spaces before the colon, no colon.
        "x-a: b\r\n c\r\ncontent-length: 0\r\n\r\n", "content-length : 0\r\n\r\n", "x-a\r\ncontent-length: 0\r\n\r\n",
        // Codings that we don't know, and chunks that are none.
        "transfer-encoding: chunked, identity\r\n\r\n0\r\n\r\n", "transfer-encoding: xchunked\r\n\r\n0\r\n\r\n",
        "transfer-encoding: chunked\r\n\r\nzz\r\n\r\n", "transfer-encoding: chunked\r\n\r\n-1\r\n\r\n",
    ]

    @Test func whatCanBeReadInTwoWaysIsRefused() async throws {
        try await ServedRouter.with(router()) { server in
            for rest in Self.ambiguous {
                let answer = await Raw.exchange(
                    port: server.port, "POST /echo HTTP/1.1\r\nhost: x\r\n" + rest + Self.hidden, closing: true
                ) { $0.contains("smuggled") }
                #expect(
                    !answer.contains("smuggled") && !answer.hasPrefix("HTTP/1.1 2"),
                    "\(rest.debugDescription): \(answer)")
            }
            let next = try await server.send("GET", "/hidden")
            #expect(next.status == 200)
        }
    }

    /// Two whole requests on one connection are two, so that the test above can fail.
    @Test func soundRequestsFollowEachOther() async throws {
        try await ServedRouter.with(router()) { server in
            for body in ["content-length: 4\r\n\r\nabcd", "transfer-encoding: chunked\r\n\r\n4\r\nabcd\r\n0\r\n\r\n"] {
                let answer = await Raw.exchange(
                    port: server.port, "POST /echo HTTP/1.1\r\nhost: x\r\n" + body + Self.hidden
                ) { $0.contains("smuggled") }
                #expect(answer.contains("body:abcd") && answer.contains("smuggled"), "\(answer)")
            }
        }
    }

    /// Whoever a client says that it is for: it reaches another path or another host by none of them.
    @Test func noHeaderOfProxiesIsBelieved() async throws {
        let router = router()
        router.get("context") { request, _ in request.uri.path + " " + (request.head.authority ?? "") }
        let names = [
            "X-Forwarded-For", "X-Real-IP", "Forwarded", "X-Forwarded-Host", "X-Original-URL", "X-Rewrite-URL",
        ]
        try await ServedRouter.with(router) { server in
            let headers = names.map { ($0, "/hidden-198.51.100.7") }
            let answer = try await server.send("GET", "/context", headers: headers)
            #expect(answer.status == 200 && !answer.body.contains("198.51.100.7") && answer.body.hasPrefix("/context"))
        }
    }
}
