import Chassis
import Foundation
import HTTPTypes
import Hummingbird

/// `/v1/deliveries`
struct DeliveryRoutes: Sendable {
    let log: DeliveryLog

    private struct Detail: Encodable {
        let delivery: DeliveryLog.Entry
        let attempts: [DeliveryLog.Attempt]
    }

    func add(to group: RouterGroup<ServiceContext>) {
        group.get("") { request, _ in
            try await Answer.checked {
                let query = request.uri.queryParameters
                var filter = DeliveryLog.Filter()
                filter.endpoint = query.get("endpoint")
                filter.state = query.get("state")
                filter.before = try number(query.get("before"), "before")
                filter.limit = Int(clamping: try number(query.get("limit"), "limit") ?? 50)
                return try Answer.json(["deliveries": try await log.entries(filter)])
            }
        }
        group.get(":id") { _, context in
            try await Answer.checked {
                let id = try Answer.id(context)
                guard let entry = try await log.entries(.init(id: id)).first else {
                    throw EndpointProblem(code: "unknown_delivery", "There is no delivery \(id).")
                }
                return try Answer.json(Detail(delivery: entry, attempts: try await log.attempts(of: id)))
            }
        }
        group.post(":id/replay") { _, context in
            try await Answer.checked {
                try await log.replay(try Answer.id(context))
                return Response(status: .accepted)
            }
        }
    }

    private func number(_ text: String?, _ name: String) throws -> Int64? {
        guard let text else { return nil }
        guard let number = Int64(text) else {
            throw HTTPProblem(.badRequest, code: "bad_query", "\(name) is no whole number.")
        }
        return number
    }
}
