import Chassis
import HTTPTypes
import Hummingbird
import NIOCore

/// Says what is wrong by the names that the clients read: `code` and `message` (rudder's), `detail` (posthog's) and `error`.
/// Rudder's client retries what it should drop where `code` is missing.
struct ProblemWords: RouterMiddleware {
    func handle(
        _ request: Request, context: ServiceContext, next: (Request, ServiceContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let problem as HTTPProblem {
            var response = problem.response
            let words = [("code", problem.code)] + ["message", "detail", "error"].map { ($0, problem.message) }
            let body = JSONObject(words.map { JSONObject.Member(name: $0, value: .string($1)) })
            response.body = ResponseBody(byteBuffer: ByteBuffer(bytes: JSONValue.object(body).written))
            return response
        }
    }
}
