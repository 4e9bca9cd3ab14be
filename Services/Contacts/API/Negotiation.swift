import Chassis
import HTTPTypes
import Hummingbird

/// Whether what the client sends and takes is what the API speaks: JSON in UTF-8, but for files.
enum Negotiation {
    static func check(_ request: Request, _ operation: Operation) throws(HTTPProblem) {
        // Whoever asks for a file gets it; what is wrong is said as JSON all the same.
        guard operation.answerTypes.isEmpty else { return }
        try check(request, hasBody: operation.body != nil)
        guard let wanted = operation.bodyType, let type = request.headers[.contentType] else { return }
        let given = type.lowercased().split(separator: ";").first.map { $0.filter { $0 != " " } } ?? ""
        guard [wanted, "application/octet-stream", "application/x-www-form-urlencoded"].contains(given) else {
            throw HTTPProblem(
                .unsupportedMediaType, code: "unsupported_media_type",
                "The body is a file: send Content-Type: \(wanted).")
        }
    }

    static func check(_ request: Request, hasBody: Bool) throws(HTTPProblem) {
        if let accept = request.headers[.accept], !takesJSON(accept) {
            throw HTTPProblem(
                .notAcceptable, code: "not_acceptable", "Every answer is JSON: send Accept: application/json, or none.")
        }
        guard hasBody else { return }
        if let coding = request.headers[.contentEncoding], coding.lowercased() != "identity" {
            throw HTTPProblem(
                .unsupportedMediaType, code: "unsupported_media_type", "Bodies are not unpacked: send it as it is.")
        }
        if let type = request.headers[.contentType], !isTaken(type) {
            throw HTTPProblem(
                .unsupportedMediaType, code: "unsupported_media_type",
                "Bodies are JSON in UTF-8: send Content-Type: application/json.")
        }
    }

    /// One of the ranges of an Accept field has JSON in it, and is not shut out by `q=0`.
    static func takesJSON(_ accept: String) -> Bool {
        accept.split(separator: ",").contains { range in
            let parts = range.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\t" } }
            guard let type = parts.first else { return false }
            let isJSON = ["*/*", "application/*", "application/json", "application/problem+json"].contains(type)
            return isJSON && !parts.dropFirst().contains { $0.hasPrefix("q=0") && Double($0.dropFirst(2)) == 0 }
        }
    }

    /// What curl says of a body unless told otherwise counts as saying nothing.
    static func isTaken(_ contentType: String) -> Bool {
        let parts = contentType.lowercased().split(separator: ";").map { $0.filter { $0 != " " && $0 != "\"" } }
        guard let type = parts.first else { return true }
        let charset = parts.first { $0.hasPrefix("charset=") }?.dropFirst(8)
        let isJSON =
            ["application/json", "text/json", "application/x-www-form-urlencoded"].contains(type)
            || (type.hasPrefix("application/") && type.hasSuffix("+json"))
        return isJSON && ["utf-8", "utf8", "us-ascii", nil].contains(charset.map(String.init))
    }
}
