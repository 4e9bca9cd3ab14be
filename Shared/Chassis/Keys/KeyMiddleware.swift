import Foundation
import HTTPTypes
package import Hummingbird
import Logging

/// Lets a request through only with a key of the scope, or of scope read where it changes nothing, as `Authorization: Bearer KEY` or as the user of `Basic`.
package struct KeyMiddleware<Context: KeyHolding>: RouterMiddleware {
    private let keys: KeyCheck
    private let scope: KeyScope

    package init(_ keys: KeyCheck, scope: KeyScope) {
        self.keys = keys
        self.scope = scope
    }

    package func handle(
        _ request: Request, context: Context, next: (Request, Context) async throws -> Response
    ) async throws -> Response {
        guard let key = AuthorizationHeader.key(in: request.headers[.authorization]) else {
            throw refusal("missing_key", "This path needs a key: send Authorization: Bearer KEY.")
        }
        let identity: KeyIdentity?
        do {
            identity = try await keys.check(key, scope: scope)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            context.logger.warning("Keys can't be checked.", metadata: ["error": "\(error)"])
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "keys_unavailable", "Keys can't be checked now: try again.", after: 2)
        }
        guard let identity else {
            throw refusal("unknown_key", "This key is unknown, has expired, or is not of scope \(scope.rawValue).")
        }
        guard identity.scope != .read || request.method == .get || request.method == .head else {
            throw HTTPProblem(
                .forbidden, code: "read_only_key", "This key reads only: change things with one of scope api.")
        }
        var context = context
        context.key = identity
        return try await next(request, context)
    }

    private func refusal(_ code: String, _ message: String) -> HTTPProblem {
        HTTPProblem(.unauthorized, code: code, message, headers: [.wwwAuthenticate: "Bearer"])
    }
}

/// Reads keys out of an Authorization header.
package enum AuthorizationHeader {
    /// What follows `Bearer`, or the user part of `Basic`; nil where there is neither.
    package static func key(in header: String?) -> String? {
        guard let header, header.utf8.count <= 1_024, let space = header.firstIndex(of: " ") else { return nil }
        let value = header[header.index(after: space)...].trimmingPrefix { $0 == " " }
        switch header[..<space].lowercased() {
        case "bearer": return value.isEmpty ? nil : String(value)
        case "basic":
            guard let data = Data(base64Encoded: String(value)), let pair = String(data: data, encoding: .utf8) else {
                return nil
            }
            let user = pair.prefix { $0 != ":" }
            return user.isEmpty ? nil : String(user)
        default: return nil
        }
    }
}
