import HTTPTypes
package import Hummingbird
import Logging
import Metrics
import NIOCore
import NIOHTTP1

/// What stands between the network and a service's routes: request id, limits, one shape of errors, log and metrics.
package struct Edge<Routes: HTTPResponder>: HTTPResponder where Routes.Context: RequestContext {
    package typealias Context = Routes.Context
    let routes: Routes
    let logger: Logger
    let maxBodyBytes: Int
    let timeout: Duration

    package func respond(to request: Request, context: Routes.Context) async throws -> Response {
        let started = ContinuousClock.now
        let id = RequestID.accepted(request.headers[.requestID])
        var context = context
        context.logger = logger
        context.logger[metadataKey: "hb.request.id"] = "\(id)"
        var response = await answer(request, context)
        // An answer to HEAD has no body, one that says what is wrong neither.
        if request.method == .head { response = response.createHeadResponse() }
        response.headers[.requestID] = id
        note(request, context, response, started.duration(to: .now))
        return response
    }

    private func answer(_ request: Request, _ context: Routes.Context) async -> Response {
        do {
            let request = try await BodyLimit(limit: maxBodyBytes).apply(to: request)
            return await ErrorBody.shaped(
                try await within(timeout) { try await routes.respond(to: request, context: context) })
        } catch {
            // Who goes away in the middle of a body, or sends one that is none, is no fault of ours.
            if error is HTTPParserError || error is ChannelError {
                context.logger.debug("A body broke off.", metadata: ["error": "\(error)"])
                return HTTPProblem(
                    .badRequest, code: "broken_body",
                    "The body broke off, or its pieces are not as HTTP has them: send it again."
                ).response
            }
            let problem = HTTPProblem.unforeseen(error)
            if problem.status.code >= 500, !(error is HTTPProblem) {
                context.logger.error("A request failed.", metadata: ["error": "\(error)"])
            }
            return problem.response
        }
    }

    private func note(_ request: Request, _ context: Routes.Context, _ response: Response, _ took: Duration) {
        let route =
            response.status == .notFound && context.endpointPath == nil ? "none" : context.endpointPath ?? "none"
        let method = Edge.knownMethods.contains(request.method) ? request.method.rawValue : "other"
        let dimensions = [("method", method), ("route", route), ("status", String(response.status.code))]
        Counter(label: "http.requests", dimensions: dimensions).increment()
        Timer(label: "http.request", dimensions: [("method", method), ("route", route)])
            .recordNanoseconds(took.nanoseconds)
        let level: Logger.Level = response.status.code >= 500 ? .info : .debug
        context.logger.log(
            level: level, "\(method) \(request.uri.path.prefix(200)) \(response.status.code)",
            metadata: ["route": "\(route)", "milliseconds": "\(took.nanoseconds / 1_000_000)"])
    }

    private static var knownMethods: [HTTPRequest.Method] { [.get, .post, .put, .patch, .delete, .head, .options] }
}

extension HTTPField.Name {
    /// `X-Request-Id`, taken from the client where it is sane and always answered.
    package static var requestID: HTTPField.Name { HTTPField.Name(parsed: "x-request-id") ?? .via }
}

extension Duration {
    var nanoseconds: Int64 { components.seconds * 1_000_000_000 + components.attoseconds / 1_000_000_000 }
}
