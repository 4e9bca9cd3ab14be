import Chassis
import Foundation
import Hummingbird
import NIOCore

/// What a form of a page sent.
struct Form: Sendable {
    private let values: [String: String]

    /// The largest form that is taken [bytes].
    private static let limit = 16 << 10

    init(_ request: Request) async throws {
        let buffer = try await request.body.collect(upTo: Form.limit)
        self.init(String(decoding: buffer.readableBytesView, as: UTF8.self))
    }

    /// Reads `a=1&b=two+words`; of a name that stands twice the first counts.
    init(_ text: String) {
        var values: [String: String] = [:]
        for pair in text.split(separator: "&").prefix(50) {
            let sides = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let plain = sides.map { $0.replacing("+", with: " ").removingPercentEncoding ?? "" }
            if values[plain[0]] == nil { values[plain[0]] = plain.count == 2 ? plain[1] : "" }
        }
        self.values = values
    }

    subscript(_ name: String) -> String { values[name] ?? "" }
}

/// Addresses within the console.
enum Link {
    /// The page of an account.
    static func account(_ key: String) -> String { "/accounts/\(escaped(key))" }

    static func escaped(_ text: String) -> String {
        let plain = Set("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~".utf8)
        return text.utf8.map { byte in
            if plain.contains(byte) { return String(UnicodeScalar(byte)) }
            let digits = String(byte, radix: 16, uppercase: true)
            return digits.count == 1 ? "%0\(digits)" : "%\(digits)"
        }.joined()
    }

    /// The path if it leads to a page of ours, else the first page: a form or an address must not lead elsewhere.
    static func own(_ path: String) -> String {
        let isOurs =
            path.hasPrefix("/") && !path.hasPrefix("//") && path.utf8.count <= 2_000
            && path.utf8.allSatisfy { $0 > 32 && $0 < 127 && $0 != UInt8(ascii: "\\") }
        return isOurs ? path : "/"
    }
}
