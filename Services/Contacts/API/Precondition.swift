import Chassis
import HTTPTypes
import Hummingbird

/// What a PUT wants to be so before it writes (RFC 9110, 13.1): `If-Match` with the ETag that a GET or PUT answered, so
/// that of two edits at once the second is refused, and `If-None-Match: *`, which only makes.
struct Precondition: Sendable, Equatable {
    /// Versions of which it must have one; nil where none is asked for.
    private(set) var versions: [String]?
    /// It must be there, whatever its version.
    private(set) var mustExist = false
    private(set) var mustBeNew = false

    /// Whether a weak version is among those that are asked for, which can't match.
    private(set) var isWeak = false

    /// Whether there is anything to check.
    var isAsked: Bool { mustBeNew || mustExist || versions != nil }

    init(match: String?, noneMatch: String?) throws(HTTPProblem) {
        if let match {
            if match == "*" { mustExist = true } else { (versions, isWeak) = try Self.versions(match) }
        }
        guard let noneMatch else { return }
        guard noneMatch == "*" else {
            throw Self.malformed("If-None-Match", "*, which writes only what is not there yet")
        }
        mustBeNew = true
    }

    init(_ request: Request) throws(HTTPProblem) {
        func field(_ name: HTTPField.Name) -> String? {
            let values = request.headers[values: name]
            return values.isEmpty ? nil : values.joined(separator: ",").trimmingBlanks()
        }
        try self.init(match: field(.ifMatch), noneMatch: field(.ifNoneMatch))
    }

    /// For what has no versions: a precondition that nobody looks at would be worse than none.
    static func refuse(_ request: Request) throws(HTTPProblem) {
        guard try Precondition(request).isAsked else { return }
        throw HTTPProblem(
            .badRequest, code: "bad_precondition",
            "What this path writes has no versions: send neither If-Match nor If-None-Match.")
    }

    /// - Parameter version: the record's present one; nil where there is no record.
    func check(_ version: String?, of record: Record) throws(HTTPProblem) {
        if mustBeNew, version != nil { throw Self.alreadyThere(record) }
        guard mustExist || versions != nil else { return }
        guard let version else { throw Self.failed(record, "is not there: leave If-Match out to make it") }
        if let versions, !versions.contains(version) {
            throw Self.failed(
                record,
                isWeak
                    ? "is asked for by a weak ETag, which can't match: GET it again, and send the ETag without the W/ that a proxy put there"
                    : "was changed since you read it: GET it again, and write on top of that")
        }
    }

    /// Somebody may have made it in the meantime.
    func check(_ verdict: Verdict, of record: Record) throws(HTTPProblem) {
        if mustBeNew, verdict != .made { throw Self.alreadyThere(record) }
    }

    /// Entity tags, separated by commas. A weak one (`W/"…"`) never matches here.
    private static func versions(_ text: String) throws(HTTPProblem) -> (strong: [String], isWeak: Bool) {
        var (versions, hasWeak) = ([String](), false)
        var rest = Substring(text)
        while true {
            rest = rest.drop { $0 == " " || $0 == "," || $0 == "\t" }
            if rest.isEmpty { break }
            let isWeak = rest.hasPrefix("W/")
            if isWeak { rest = rest.dropFirst(2) }
            guard rest.first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") else {
                throw malformed("If-Match", "an ETag in its quotes, as GET answers it")
            }
            if isWeak { hasWeak = true } else { versions.append(String(rest[...end])) }
            rest = rest[rest.index(after: end)...]
        }
        return (versions, hasWeak)
    }

    private static func malformed(_ field: String, _ expected: String) -> HTTPProblem {
        HTTPProblem(.badRequest, code: "bad_precondition", "\(field) can't be read: expected \(expected).")
    }

    private static func alreadyThere(_ record: Record) -> HTTPProblem {
        failed(record, "is there already: leave If-None-Match out to change it")
    }

    private static func failed(_ record: Record, _ words: String) -> HTTPProblem {
        HTTPProblem(
            .preconditionFailed, code: "precondition_failed", "The \(record.noun) “\(record.key)” \(words).")
    }
}
