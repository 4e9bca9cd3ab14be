import HTTPTypes
import Hummingbird
import NIOCore

/// Refuses bodies above `limit` [bytes]: before they are used where the length is declared, else when the limit is passed.
struct BodyLimit {
    /// Of a body that is refused so many times the limit are read all the same, for a while: who is still sending when the
    /// connection ends gets no answer. Who asks first whether to send need not.
    private static let drained = 4
    private static let patience: Duration = .seconds(5)

    let limit: Int

    func apply(to request: Request) async throws -> Request {
        if let declared = request.headers[.contentLength] {
            guard let length = Int(declared), length >= 0 else { throw HTTPProblem.plain(.badRequest) }
            guard length <= limit else {
                if length / Self.drained <= limit, request.headers[.expect] == nil {
                    let body = request.body
                    try? await within(Self.patience) { for try await _ in body {} }
                }
                throw tooLarge
            }
            // NIO's decoder holds the client to the length that it declared.
            return request
        }
        guard request.headers[.transferEncoding] != nil else { return request }
        var limited = request
        limited.body = RequestBody(asyncSequence: LimitedBody(body: request.body, limit: limit, error: tooLarge))
        return limited
    }

    private var tooLarge: HTTPProblem {
        HTTPProblem(
            .contentTooLarge, code: "body_too_large", "The body is larger than \(limit) bytes: send less at once.")
    }
}

/// A body that throws once it has given more than `limit` bytes.
private struct LimitedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer
    let body: RequestBody
    let limit: Int
    let error: HTTPProblem

    struct AsyncIterator: AsyncIteratorProtocol {
        var inner: RequestBody.AsyncIterator
        var left: Int
        let error: HTTPProblem

        mutating func next() async throws -> ByteBuffer? {
            guard let buffer = try await inner.next() else { return nil }
            left -= buffer.readableBytes
            guard left >= 0 else { throw error }
            return buffer
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(inner: body.makeAsyncIterator(), left: limit, error: error)
    }
}
