import Foundation
import HTTPTypes
import Hummingbird
import NIOCore

/// `/healthz`, `/readyz` and `/metrics`, on a port of their own that needs no key.
enum HealthRoutes {
    static func router(_ health: Health, metrics: PrometheusMetrics, service: String) -> Router<ServiceContext> {
        let router = Router(context: ServiceContext.self)
        router.get("healthz") { _, _ in answer(.ok, ["status": "alive"]) }
        router.get("readyz") { _, _ in
            guard let reason = await health.unreadiness() else { return answer(.ok, ["status": "ready"]) }
            return answer(.serviceUnavailable, ["status": "not ready", "reason": reason])
        }
        router.get("metrics") { _, _ in
            let text =
                PrometheusText.render(metrics) + ProcessFigures.render(service: service, version: Chassis.version)
            return Response(
                status: .ok, headers: [.contentType: PrometheusText.contentType],
                body: ResponseBody(byteBuffer: ByteBuffer(string: text)))
        }
        return router
    }

    private static func answer(_ status: HTTPResponse.Status, _ body: [String: String]) -> Response {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = (try? encoder.encode(body)) ?? Data()
        return Response(
            status: status, headers: [.contentType: "application/json; charset=utf-8"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes)))
    }
}
