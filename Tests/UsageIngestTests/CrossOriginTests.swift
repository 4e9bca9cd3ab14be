import AsyncHTTPClient
import Chassis
import Model
import NIOCore
import NIOHTTP1
import Postgres
import Testing

@testable import UsageIngest

@Suite struct CrossOriginTests {
    private static let page = "https://app.example.com"

    private func preflight(_ ingest: Ingest, _ origin: String, _ path: String = "/e/") async throws
        -> HTTPClientResponse
    {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(ingest.port)\(path)")
        request.method = .OPTIONS
        request.headers.add(name: "Origin", value: origin)
        request.headers.add(name: "Access-Control-Request-Method", value: "POST")
        request.headers.add(name: "Access-Control-Request-Headers", value: "content-type")
        return try await HTTPClient.shared.execute(request, timeout: .seconds(30))
    }

    @Test func onlyListedOriginsMaySend() async throws {
        try await Ingest.with(["HOLDFAST_INGEST_CORS_ORIGINS": "\(Self.page),http://localhost:3000"]) { ingest in
            let allowed = try await preflight(ingest, Self.page)
            #expect(allowed.status == .noContent)
            #expect(allowed.headers.first(name: "access-control-allow-origin") == Self.page)
            #expect(allowed.headers.first(name: "access-control-allow-methods") == "POST")
            #expect(allowed.headers.first(name: "access-control-allow-headers")?.contains("content-encoding") == true)
            #expect(allowed.headers.first(name: "access-control-max-age") == "7200")
            #expect(allowed.headers.first(name: "vary") == "Origin")
            #expect(allowed.headers.first(name: "access-control-allow-credentials") == nil)
            #expect(try await preflight(ingest, "http://localhost:3000", "/v1/t").status == .noContent)
            for origin in [
                "https://evil.example.com", "https://app.example.com.evil.com", "http://app.example.com", "null",
            ] {
                let refused = try await preflight(ingest, origin)
                #expect(
                    refused.status == .forbidden && refused.headers.first(name: "access-control-allow-origin") == nil)
                #expect(refused.headers.first(name: "vary") == "Origin")
            }
            // What a browser sends unasked is not taken from another's page; from the server's own it is, and without any.
            for (origin, status) in [
                ("https://evil.example.com", 403), ("null", 403), ("http://127.0.0.1:\(ingest.port)", 200), (nil, 200),
            ] {
                var headers = ["Content-Type": "text/plain"]
                headers["Origin"] = origin
                let answer = try await ingest.post(
                    "/v1/batch", batch([track()], ",\"writeKey\":\"\(ingest.key)\""), headers: headers)
                #expect(answer.status == status && answer.headers["access-control-allow-origin"] == nil)
                #expect(status == 200 || answer.text("code") == "origin_not_allowed")
            }
            #expect(try await ingest.count("select count(*) from usage.event") == 2)
            // Answers, also those that refuse, can be read by the page.
            for (key, status) in [(ingest.key, 200), ("nobody", 401)] {
                let headers = ["Authorization": "Bearer \(key)", "Origin": Self.page]
                let answer = try await ingest.post("/v1/track", track(), headers: headers)
                #expect(answer.status == status && answer.headers["access-control-allow-origin"] == Self.page)
                #expect(answer.headers["vary"] == "Origin")
            }
        }
    }

    @Test func noOriginMayUnlessNamed() async throws {
        try await Ingest.with { ingest in
            #expect(try await preflight(ingest, Self.page).status == .forbidden)
            let headers = ["Authorization": "Bearer \(ingest.key)", "Origin": Self.page]
            let answer = try await ingest.post("/v1/track", track(), headers: headers)
            #expect(answer.status == 200 && answer.headers["access-control-allow-origin"] == nil)
        }
    }

    @Test(arguments: [
        ("https://a.example", "https://a.example" as String?), ("https://A.example", "https://A.example"),
        ("https://b.example", nil), ("null", nil),
    ])
    func comparesOrigins(_ origin: String, _ answer: String?) {
        #expect(CrossOrigin(origins: ["https://a.example"]).allowed(origin) == answer)
        #expect(CrossOrigin(origins: ["*"]).allowed(origin) == "*")
        #expect(CrossOrigin(origins: []).allowed(origin) == nil)
    }

    @Test(arguments: [
        "example.com", "https://", "https://a.example/path", "ftp://a", "https://a b", "https://*.example.com",
    ])
    func refusesWhatIsNoOrigin(_ text: String) {
        #expect(throws: (any Error).self) {
            try SettingValues(of: .usageIngest, environment: ["HOLDFAST_INGEST_CORS_ORIGINS": text])
        }
    }
}
