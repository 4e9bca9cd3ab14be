import HTTPTypes
import Hummingbird
import NIOCore

/// The pages behind an unsubscribe link. Nothing on them comes from outside but the topic, which is a signed word.
enum UnsubscribePage {
    static func question(_ token: UnsubscribeToken) -> Response {
        page(
            .ok, "Unsubscribe?",
            """
            <p>You will get no more messages about <b>\(escaped(token.topic))</b>.</p>
            <form method="post"><button type="submit" name="List-Unsubscribe" value="One-Click">Unsubscribe</button></form>
            """)
    }

    static func done(_ token: UnsubscribeToken) -> Response {
        page(.ok, "Unsubscribed", "<p>You will get no more messages about <b>\(escaped(token.topic))</b>.</p>")
    }

    static let unknown = page(
        .notFound, "Unknown link", "<p>This link is not complete, or not ours. Please copy it whole.</p>")

    private static func page(_ status: HTTPResponse.Status, _ title: String, _ body: String) -> Response {
        let html = """
            <!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
            <meta name="robots" content="noindex"><title>\(title)</title>
            <body style="font-family:sans-serif;max-width:32em;margin:4em auto;padding:0 1em"><h1>\(title)</h1>\(body)</body></html>
            """
        var headers: HTTPFields = [.contentType: "text/html; charset=utf-8", .cacheControl: "no-store"]
        headers[.contentSecurityPolicy] =
            "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; frame-ancestors 'none'"
        headers[.xContentTypeOptions] = "nosniff"
        return Response(status: status, headers: headers, body: ResponseBody(byteBuffer: ByteBuffer(string: html)))
    }

    private static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            .replacing("\"", with: "&quot;")
    }
}
