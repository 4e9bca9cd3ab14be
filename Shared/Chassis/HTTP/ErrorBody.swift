import Foundation
import HTTPTypes
import Hummingbird
import NIOCore
import Synchronization

/// Gives every error answer the one shape `{"code", "message"}`, those that Hummingbird makes by itself too.
enum ErrorBody {
    /// Answers to be looked into are at most this long [bytes]; Hummingbird's own are short.
    private static let limit = 16 << 10

    static func shaped(_ response: Response) async -> Response {
        guard response.status.code >= 400, let length = response.body.contentLength, length <= limit else {
            return response
        }
        var problem = HTTPProblem.plain(response.status)
        if length > 0 {
            guard response.headers[.contentType]?.hasPrefix("application/json") == true,
                let foreign = await foreignMessage(of: response)
            else { return response }
            problem.message = foreign
        }
        for field in response.headers where field.name != .contentLength && field.name != .contentType {
            problem.headers.append(field)
        }
        return problem.response
    }

    /// Hummingbird writes `{"error": {"message": "…"}}`.
    private struct Foreign: Decodable {
        struct Inner: Decodable { let message: String }
        let error: Inner
    }

    private static func foreignMessage(of response: Response) async -> String? {
        let collected = Collected()
        guard (try? await response.body.write(CollectingWriter(collected: collected))) != nil else { return nil }
        let bytes = collected.bytes.withLock { $0 }
        return (try? JSONDecoder().decode(Foreign.self, from: Data(bytes)))?.error.message
    }

    private final class Collected: Sendable {
        let bytes = Mutex<[UInt8]>([])
    }

    private struct CollectingWriter: ResponseBodyWriter {
        let collected: Collected
        mutating func write(_ buffer: ByteBuffer) async throws {
            collected.bytes.withLock { $0 += Array(buffer.readableBytesView) }
        }
        consuming func finish(_ trailingHeaders: HTTPFields?) async throws {}
    }
}
