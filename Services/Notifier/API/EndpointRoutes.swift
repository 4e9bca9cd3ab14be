import Chassis
import Foundation
import HTTPTypes
import Hummingbird

/// `/v1/endpoints`
struct EndpointRoutes: Sendable {
    let book: EndpointBook

    private struct New: Decodable {
        let name: String
        let url: String
        let topics: [String]?
    }

    private struct Change: Decodable {
        let url: String?
        let topics: [String]?
        let enabled: Bool?
    }

    private struct Rotation: Decodable {
        /// How long the secret before still signs [hours].
        let overlapHours: Int?
        enum CodingKeys: String, CodingKey { case overlapHours = "overlap_hours" }
    }

    /// An endpoint with the secret that is shown this once.
    private struct Added: Encodable {
        let endpoint: Endpoint
        let secret: String
    }

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("") { _, _ in try Answer.json(["endpoints": try await book.all()]) }
        group.post("") { request, _ in
            try await Answer.checked {
                let new = try await Answer.read(New.self, from: request)
                let (endpoint, secret) = try await book.add(name: new.name, url: new.url, topics: new.topics ?? [])
                return try Answer.json(Added(endpoint: endpoint, secret: secret.text), status: .created)
            }
        }
        group.get(":id") { _, context in
            try await Answer.checked { try Answer.json(try await book.find(.id(try Answer.id(context)))) }
        }
        group.patch(":id") { request, context in
            try await Answer.checked {
                let change = try await Answer.read(Change.self, from: request)
                let reference = EndpointReference.id(try Answer.id(context))
                var endpoint = try await book.change(reference, url: change.url, topics: change.topics)
                if change.enabled == true { endpoint = try await book.enable(reference) }
                if change.enabled == false { endpoint = try await book.disable(reference, reason: "switched off") }
                return try Answer.json(endpoint)
            }
        }
        group.delete(":id") { _, context in
            try await Answer.checked {
                try await book.remove(.id(try Answer.id(context)))
                return Response(status: .noContent)
            }
        }
        group.post(":id/rotate") { request, context in
            try await Answer.checked {
                let buffer = try await request.body.collect(upTo: NotifierRoutes.maxBodyBytes)
                let given = try? JSONDecoder().decode(Rotation.self, from: Data(buffer.readableBytesView))
                if buffer.readableBytes > 0, given == nil {
                    throw HTTPProblem(.badRequest, code: "bad_body", "The body is empty or {\"overlap_hours\": 24}.")
                }
                let hours = min(max(given?.overlapHours ?? 24, -1), 10_000)
                let secret = try await book.rotate(.id(try Answer.id(context)), overlap: .seconds(hours * 3_600))
                return try Answer.json(["secret": secret.text])
            }
        }
    }
}
