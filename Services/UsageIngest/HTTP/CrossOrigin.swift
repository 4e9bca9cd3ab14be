import Chassis
import HTTPTypes
import Hummingbird

/// Lets pages of the listed origins send events from a browser (CORS). A write key is no cookie: credentials are never
/// allowed.
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
            throw HTTPProblem(
                .forbidden, code: "origin_not_allowed",
                "Pages of this origin may not send events: name it in \(Settings.ingestCORSOrigins.name).")
        }
        return Response(
            status: .noContent,
            headers: [
                .accessControlAllowMethods: "POST", .accessControlAllowHeaders: Self.requestHeaders,
                .accessControlMaxAge: Self.memory,
            ])
    }

    /// What Access-Control-Allow-Origin says to this origin; nil where it is not allowed.
    func allowed(_ origin: String?) -> String? {
        guard let origin else { return nil }
        if origins.contains("*") { return "*" }
        return origins.contains(origin.lowercased()) ? origin : nil
    }
}
