import Chassis
import HTTPTypes
import Hummingbird
import Postgres

/// Turns what a request did wrong into a problem: 422 where it has not the described shape, 409 where it has
/// and can't be taken all the same.
struct Refusals<Context: RequestContext>: RouterMiddleware {
    func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let refusal as Refusal {
            throw problem(refusal)
        } catch let error as PostgresError where error.isTimeout {
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "timeout", "The database took too long: ask for less, or try again.",
                after: 5)
        } catch let error as PostgresError {
            guard let refusal = error.refusal else { throw error }
            throw problem(refusal)
        }
    }

    private func problem(_ refusal: Refusal) -> HTTPProblem {
        HTTPProblem(refusal.status, code: refusal.code, refusal.description, field: refusal.field)
    }
}

extension Refusal {
    var status: HTTPResponse.Status { isConflict ? .conflict : .unprocessableContent }
}

extension PostgresError {
    /// What it is to the client where the data is at fault: it doesn't fit (class 22), breaks a rule of the tables or
    /// something else that is there (class 23). Nil for other errors.
    var refusal: Refusal? {
        guard let state = sqlState, state.hasPrefix("22") || state.hasPrefix("23") else { return nil }
        // Foreign keys, unique and exclusion constraints.
        let isConflict = ["23503", "23505", "23P01"].contains(state)
        return Refusal(column, message, code: isConflict ? "conflict" : Refusal.invalid)
    }
}
