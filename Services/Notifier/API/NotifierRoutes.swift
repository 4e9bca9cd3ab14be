import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// The HTTP API: unsubscribe links for everybody, the rest for holders of a key of scope `api`.
struct NotifierRoutes: Sendable {
    /// Requests are small.
    static let maxBodyBytes = 64 << 10

    let runtime: Runtime
    let links: Links

    init(_ runtime: Runtime, links: Links) {
        self.runtime = runtime
        self.links = links
    }

    func router() -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        UnsubscribeRoutes(pool: runtime.pool).add(to: router)
        let group = router.group("v1").add(middleware: KeyMiddleware(runtime.keys, scope: .api))
        EndpointRoutes(book: EndpointBook(pool: runtime.pool)).add(to: group.group("endpoints"))
        DeliveryRoutes(log: DeliveryLog(pool: runtime.pool)).add(to: group.group("deliveries"))
        return router
    }
}

/// JSON in and out, and problems as answers.
enum Answer {
    static func json(_ value: some Encodable, status: HTTPResponse.Status = .ok) throws -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8", .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: try encoder.encode(value))))
    }

    /// The body as this type. Throws a `DecodingError`, which becomes an answer that names the place.
    static func read<Value: Decodable>(_ type: Value.Type, from request: Request) async throws -> Value {
        let buffer = try await request.body.collect(upTo: NotifierRoutes.maxBodyBytes)
        return try JSONDecoder().decode(type, from: Data(buffer.readableBytesView))
    }

    /// Runs a handler's body; what is wrong with the request becomes its status.
    static func checked(_ body: () async throws -> Response) async throws -> Response {
        do {
            return try await body()
        } catch let problem as EndpointProblem {
            let status: HTTPResponse.Status =
                switch problem.code {
                case let code where code.hasPrefix("unknown_e") || code.hasPrefix("unknown_d"): .notFound
                case "name_taken", "not_failed", "nothing_to_replay", "too_many_endpoints": .conflict
                default: .badRequest
                }
            throw HTTPProblem(status, code: problem.code, problem.words)
        }
    }

    static func id(_ context: ServiceContext) throws -> Int64 {
        guard let id = context.parameters.get("id", as: Int64.self) else {
            throw HTTPProblem(.badRequest, code: "bad_id", "The id in the path is no number.")
        }
        return id
    }
}
