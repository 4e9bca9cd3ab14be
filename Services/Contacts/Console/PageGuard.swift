import Chassis
import HTTPTypes
import Hummingbird
import Logging
import Postgres

/// What every page has in common: headers that keep other sites out, and errors in plain words.
struct PageGuard: RouterMiddleware {
    let pages: Pages

    private static let policy = """
        default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; frame-ancestors 'none'; base-uri 'none'
        """

    func handle(
        _ request: Request, context: ContactsContext, next: (Request, ContactsContext) async throws -> Response
    ) async throws -> Response {
        var response: Response
        do {
            response = try await next(request, context)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            let problem = PageGuard.explained(error)
            if problem.status.code >= 500 {
                context.logger.error("A page failed.", metadata: ["error": "\(error)"])
            }
            let content = ["title": PageGuard.title(problem.status), "message": problem.message]
            let text = pages.render("problem", content, Pages.Frame(title: PageGuard.title(problem.status)))
            response = ConsoleRoutes.html(text, problem.status)
            for field in problem.headers { response.headers.append(field) }
        }
        response.headers[.contentSecurityPolicy] = PageGuard.policy
        response.headers[.xContentTypeOptions] = "nosniff"
        response.headers[.cacheControl] = "no-store"
        if let name = HTTPField.Name("Referrer-Policy") { response.headers[name] = "same-origin" }
        if let name = HTTPField.Name("X-Frame-Options") { response.headers[name] = "DENY" }
        if let name = HTTPField.Name("Cross-Origin-Opener-Policy") { response.headers[name] = "same-origin" }
        return response
    }

    private static func title(_ status: HTTPResponse.Status) -> String {
        switch status.code {
        case 403: "Not allowed"
        case 404: "Not found"
        case 429: "Too many attempts"
        case 503: "Not now"
        case 500...: "Something broke"
        default: "That did not work"
        }
    }

    private static func explained(_ error: any Error) -> HTTPProblem {
        switch error {
        case let problem as HTTPProblem: return problem
        case let refusal as Refusal: return HTTPProblem(.badRequest, code: "invalid", "\(refusal).")
        case let error as PostgresError where error.isConnectionLost || error.isTimeout || error.kind == .poolExhausted:
            return HTTPProblem.retry(
                .serviceUnavailable, code: "unavailable", "The database does not answer now. Try again in a moment.",
                after: 5)
        case let error as any HTTPResponseError where error.status.code < 500:
            return HTTPProblem(error.status, code: "refused", "The request could not be read. Go back and try again.")
        default:
            return HTTPProblem(
                .internalServerError, code: "internal_error",
                "The page could not be made. Try again; if it stays so, tell the operator: the log says more.")
        }
    }
}

/// Lets people in who have signed in, and sends the others to where they can.
struct SignedIn: RouterMiddleware {
    let pool: PostgresPool

    func handle(
        _ request: Request, context: ContactsContext, next: (Request, ContactsContext) async throws -> Response
    ) async throws -> Response {
        var context = context
        if let token = request.cookies[ConsoleRoutes.sessionCookie]?.value {
            context.session = try await Session.of(token, in: pool)
        }
        guard context.session != nil else {
            let target = request.method == .get ? request.uri.string : "/"
            return ConsoleRoutes.redirect("/sign-in?next=\(Link.escaped(Link.own(target)))")
        }
        return try await next(request, context)
    }
}
