import Chassis
import HTTPTypes

/// The write key of a request: in the Authorization header as Basic or Bearer, else in the query, else in the body.
struct WriteKey: Sendable {
    /// A key that is valid.
    struct Known: Sendable {
        let id: Int64
        let text: String
        var limits = KeyLimits()
    }

    private var known: Known?

    /// Refuses a wrong key before the body is read. No key at all may still come with the body.
    init(header: HTTPFields, query: String? = nil, _ keys: KeyCheck) async throws {
        guard let text = AuthorizationHeader.key(in: header[.authorization]) ?? query else {
            if header[.authorization] != nil { throw Self.unknown }
            return
        }
        known = try await Self.check(text, keys)
    }

    /// Takes the body's key where the header had none.
    mutating func complete(with text: String?, _ keys: KeyCheck) async throws {
        guard known == nil, let text else { return }
        known = try await Self.check(text, keys)
    }

    /// Nil where the header and the query had none.
    var early: Known? { known }

    var required: Known {
        get throws {
            guard let known else {
                throw HTTPProblem(
                    .unauthorized, code: "missing_key",
                    "A write key is needed: as the user of Basic, as Bearer, or where the format has it in body or query.",
                    headers: [.wwwAuthenticate: "Basic realm=\"holdfast\""])
            }
            return known
        }
    }

    private static func check(_ text: String, _ keys: KeyCheck) async throws -> Known {
        let identity: KeyIdentity?
        do {
            identity = try await keys.check(text, scope: .write)
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            throw HTTPProblem.retry(
                .serviceUnavailable, code: "keys_unavailable", "Keys can't be checked now: try again.", after: 2)
        }
        guard let identity else { throw unknown }
        return Known(id: identity.id, text: text, limits: identity.limits)
    }

    private static var unknown: HTTPProblem {
        HTTPProblem(
            .unauthorized, code: "unknown_key", "The key is unknown, has expired, or is not of scope write.",
            headers: [.wwwAuthenticate: "Basic realm=\"holdfast\""])
    }
}

/// Keeps secrets out of what is stored.
enum Secret {
    /// The bytes with each occurrence of the secret made illegible.
    static func hidden(_ secret: String, in bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let needle = Array(secret.utf8)
        guard let first = needle.first, bytes.count >= needle.count else { return bytes }
        var shown = bytes
        var at = bytes.startIndex
        while at <= bytes.endIndex - needle.count {
            if bytes[at] == first, bytes[at..<at + needle.count].elementsEqual(needle) {
                for index in at..<at + needle.count { shown[index] = UInt8(ascii: "*") }
                at += needle.count
            } else {
                at += 1
            }
        }
        return shown
    }
}
