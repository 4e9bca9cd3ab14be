import Chassis
import HTTPTypes
import Hummingbird
import Postgres

/// Turns what a body did wrong into 422 with `{"code", "field", "message"}`.
struct Refusals<Context: RequestContext>: RouterMiddleware {
    private struct Body: Encodable {
        let code: String
        let field: String?
        let message: String
    }

    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            return try answer(refusal)
        } catch let error as PostgresError where error.isTimeout {
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "timeout", "The database took too long: ask for less, or try again.",
                after: 5)
        } catch let error as PostgresError {
            // Data that doesn't fit (class 22) or breaks a rule of the tables (class 23).
            guard let state = error.sqlState, state.hasPrefix("22") || state.hasPrefix("23") else { throw error }
            return try answer(Refusal(error.column, error.message))
        }
    }

    private func answer(_ refusal: Refusal) throws -> Response {
        let body = Body(code: "invalid", field: refusal.field, message: refusal.description)
        return try JSONBody.answer(body, .unprocessableContent)
    }
}
