import Chassis
import HTTPTypes
import Hummingbird
import Metrics

/// Lets pages of the listed origins send events from a browser (CORS). Where any are listed, no others may, for a key
/// that stands in one page is soon in another; a page of the server's own name needs no leave. A write key is no cookie:
/// credentials are never allowed.
struct CrossOrigin: RouterMiddleware {
    /// As `Settings.ingestCORSOrigins` reads them; `*` is every origin.
    let origins: [String]

    /// For how long a browser may remember a preflight; none does so for longer [s].
    private static let memory = "7200"
    /// What the browser libraries of the formats send.
    private static let requestHeaders = [
        "authorization", "content-type", "content-encoding", "anonymousid", "x-request-id", "posthog-sdk-info",
        "posthog-attempt", "posthog-request-id", "posthog-request-timestamp", "ce-id", "ce-source", "ce-specversion",
        "ce-type", "ce-time", "ce-subject",
    ].joined(separator: ", ")

    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        let origin = request.headers[.origin]
        // A browser sends a plain form or text unasked, and only keeps the answer from its page.
        let isForeign = origin != nil && allowed(origin) == nil && !isOwn(origin, request)
        if isForeign, request.method == .post, !origins.isEmpty {
            Counter(label: "ingest.refused", dimensions: [("reason", "origin")]).increment()
            throw Self.notAllowed
        }
        var response = try await next(request, context)
        response.headers.append(HTTPField(name: .vary, value: "Origin"))
        if let allowed = allowed(request.headers[.origin]) {
            response.headers[.accessControlAllowOrigin] = allowed
            response.headers[.accessControlExposeHeaders] = "Retry-After, X-Request-Id"
        }
        return response
    }

    /// The answer to OPTIONS; that the origin is allowed is added above.
    func preflight(_ request: Request) throws -> Response {
        guard request.headers[.origin] != nil, request.headers[.accessControlRequestMethod] != nil else {
            return Response(status: .noContent, headers: [.allow: "POST, OPTIONS"])
        }
        guard allowed(request.headers[.origin]) != nil else {
            throw Self.notAllowed
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "POST", .accessControlAllowHeaders: Self.requestHeaders,
                .accessControlMaxAge: Self.memory,
            ])
    }

    private static var notAllowed: HTTPProblem {
        HTTPProblem(
            .forbidden, code: "origin_not_allowed",
            "Pages of this origin may not send events: name it in \(Settings.ingestCORSOrigins.name).")
    }

    /// Whether it is the name by which the server was called.
    private func isOwn(_ origin: String?, _ request: Request) -> Bool {
        guard let authority = request.head.authority?.lowercased(), let origin = origin?.lowercased() else {
            return false
        }
        return origin == "https://" + authority || origin == "http://" + authority
    }

    /// What Access-Control-Allow-Origin says to this origin; nil where it is not allowed.
    func allowed(_ origin: String?) -> String? {
        guard let origin else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin.lowercased()) ? origin : nil
    }
}
