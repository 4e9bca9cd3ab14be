import Foundation
package import HTTPTypes
package import Hummingbird
import NIOCore

/// An answer that says what is wrong: thrown from a handler, it becomes the status and a body as RFC 9457 has it,
/// `application/problem+json`, with `code`, `message` (which is `detail` under its older name) and `field` beside it.
package struct HTTPProblem: Error, Equatable, Sendable {
    package var status: HTTPResponse.Status
    /// A stable word for programs, such as `unknown_account`.
    package var code: String
    /// A sentence for people: what was expected, where, and what to do. It holds no secret.
    package var message: String
    /// Where in the request the fault is, such as `orders[3].currency`; nil where it is in no one place.
    package var field: String?
    package var headers: HTTPFields

    package init(
        _ status: HTTPResponse.Status, code: String, _ message: String, field: String? = nil, headers: HTTPFields = [:]
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.field = field
        self.headers = headers
    }

    /// 429 or 503: come again after `seconds`, said in Retry-After.
    package static func retry(
        _ status: HTTPResponse.Status, code: String, _ message: String, after seconds: Int
    ) -> HTTPProblem {
        HTTPProblem(status, code: code, message, headers: [.retryAfter: String(seconds)])
    }

    /// The answer itself.
    package var response: Response {
        var headers = headers
        headers[.contentType] = "application/problem+json"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let body = (try? encoder.encode(Body(self))) ?? Data()
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(bytes: body)))
    }
}

extension HTTPProblem {
    private struct Body: Encodable {
        let type: String
        let title: String
        let status: Int
        let detail: String
        let code: String
        let message: String
        let field: String?

        init(_ problem: HTTPProblem) {
            type = "urn:holdfast:problem:\(problem.code)"
            title = problem.status.reasonPhrase
            status = problem.status.code
            detail = problem.message
            code = problem.code
            message = problem.message
            field = problem.field
        }
    }
}

extension HTTPProblem: HTTPResponseError {
    package func response(from request: Request, context: some RequestContext) throws -> Response { response }
}

extension HTTPProblem {
    /// What a status says when nobody said more.
    static func plain(_ status: HTTPResponse.Status) -> HTTPProblem {
        switch status.code {
        case 400: HTTPProblem(status, code: "bad_request", "The request can't be read: see the API's description.")
        case 404: HTTPProblem(status, code: "not_found", "There is nothing at this path for this method.")
        case 413:
            HTTPProblem(status, code: "body_too_large", "The body is larger than this path takes: send less at once.")
        case 500:
            HTTPProblem(status, code: "internal_error", "The service failed; its log says more under the request id.")
        default:
            HTTPProblem(
                status, code: status.reasonPhrase.lowercased().replacing(" ", with: "_"),
                "The answer is \(status.code) \(status.reasonPhrase).")
        }
    }

    /// What to tell the client of an error that no handler foresaw. The error itself goes to the log only.
    static func unforeseen(_ error: any Error) -> HTTPProblem {
        switch error {
        case let problem as HTTPProblem: problem
        case let error as any HTTPResponseError: plain(error.status)
        case is DeadlineExceeded:
            retry(.serviceUnavailable, code: "timeout", "The request took too long and was given up.", after: 5)
        case let error as DecodingError: HTTPProblem(.badRequest, code: "bad_body", decoding(error))
        default: plain(.internalServerError)
        }
    }

    /// Names the place in the body where decoding failed.
    private static func decoding(_ error: DecodingError) -> String {
        func place(_ path: [any CodingKey]) -> String {
            path.isEmpty
                ? "the body" : path.map { $0.intValue.map(String.init) ?? $0.stringValue }.joined(separator: ".")
        }
        switch error {
        case .keyNotFound(let key, let context): return "\(place(context.codingPath + [key])) is missing."
        case .typeMismatch(_, let context), .valueNotFound(_, let context), .dataCorrupted(let context):
            return "\(place(context.codingPath)) has the wrong type or form."
        @unknown default: return "The body can't be read."
        }
    }
}
