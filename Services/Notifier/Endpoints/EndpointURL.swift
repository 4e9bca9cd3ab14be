import Chassis

/// An address that webhooks may be sent to, in one canonical form, so that what was checked is what is connected to.
struct EndpointURL: Equatable, Sendable, CustomStringConvertible {
    static let limit = 2_000

    let isSecure: Bool
    /// A numeric address without brackets, or a name in lower case without a final dot.
    let host: String
    let port: Int
    /// Path and query as given.
    private let rest: String

    /// The host is an address and no name.
    var isNumeric: Bool { NetworkRange.bytes(ofAddress: host) != nil }

    /// Throws an `EndpointURLFault` that says what is wrong and what to write.
    init(_ text: String) throws {
        guard text.utf8.count <= EndpointURL.limit else {
            throw EndpointURLFault("The URL is longer than \(EndpointURL.limit) bytes.")
        }
        guard text.utf8.allSatisfy({ (33...126).contains($0) && $0 != UInt8(ascii: "\\") }) else {
            throw EndpointURLFault(
                "The URL holds a space, a backslash, a control character or a letter outside ASCII: write an "
                    + "international name in its xn-- form, and the rest percent-encoded.")
        }
        guard let mark = text.firstRange(of: "://") else { throw EndpointURLFault.scheme }
        switch text[..<mark.lowerBound].lowercased() {
        case "https": isSecure = true
        case "http": isSecure = false
        default: throw EndpointURLFault.scheme
        }
        let behind = text[mark.upperBound...]
        let authority = behind.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else {
            throw EndpointURLFault("The URL names a user or password: leave them out, requests are signed instead.")
        }
        guard !behind.contains("#") else { throw EndpointURLFault("The URL has a fragment (#): leave it out.") }
        let (host, port) = try EndpointURL.hostAndPort(authority)
        self.host = host
        self.port = port ?? (isSecure ? 443 : 80)
        guard EndpointURL.isOpen(self.port) else {
            throw EndpointURLFault("Port \(self.port) is no port for webhooks: use 80, 443 or one above 1023.")
        }
        let rest = String(behind.dropFirst(authority.count))
        self.rest = rest.hasPrefix("/") ? rest : "/" + rest
    }

    /// Below 1024 live services that a forged request must not reach (mail, databases, file shares).
    static func isOpen(_ port: Int) -> Bool { port == 80 || port == 443 || (1_024...65_535).contains(port) }

    var description: String {
        let name = host.contains(":") ? "[\(host)]" : host
        return "\(isSecure ? "https" : "http")://\(name):\(port)\(rest)"
    }
}

/// Why a text is no address for webhooks, in a sentence.
struct EndpointURLFault: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ words: String) { description = words }

    static let scheme = EndpointURLFault("The URL begins with neither https:// nor http://.")
    static let host = EndpointURLFault(
        "The URL's host is no name and no plain address: write a DNS name, four decimal numbers, or [IPv6].")
}

extension EndpointURL {
    private static func hostAndPort(_ authority: Substring) throws -> (String, Int?) {
        if authority.hasPrefix("[") {
            guard let end = authority.firstIndex(of: "]") else { throw EndpointURLFault.host }
            let host = authority[authority.index(after: authority.startIndex)..<end].lowercased()
            // A scope (%eth0) names an interface of this machine.
            guard host.contains(":"), NetworkRange.bytes(ofAddress: host) != nil else { throw EndpointURLFault.host }
            return (host, try port(authority[authority.index(after: end)...]))
        }
        let host = authority.prefix { $0 != ":" }
        return (try name(host.lowercased()), try port(authority.dropFirst(host.count)))
    }

    private static func port(_ text: Substring) throws -> Int? {
        guard !text.isEmpty else { return nil }
        let digits = text.dropFirst()
        guard text.hasPrefix(":"), (1...5).contains(digits.count), digits.allSatisfy(\.isASCIIDigit),
            let port = Int(digits)
        else { throw EndpointURLFault("The URL's port is no number.") }
        return port
    }

    /// A host whose last label begins with a digit is a number to many programs (`2130706433`, `0x7f.1`, `0177.0.0.1`):
    /// only four decimal numbers are taken.
    private static func name(_ text: String) throws -> String {
        let host = text.hasSuffix(".") ? String(text.dropLast()) : text
        if NetworkRange.bytes(ofAddress: host) != nil { return host }
        let labels = host.split(separator: ".", omittingEmptySubsequences: false)
        guard host.utf8.count <= 253, labels.allSatisfy(isLabel), let last = labels.last,
            last.first?.isASCIIDigit == false
        else { throw EndpointURLFault.host }
        return host
    }

    private static func isLabel(_ label: Substring) -> Bool {
        (1...63).contains(label.utf8.count)
            && label.utf8.allSatisfy {
                (97...122).contains($0) || (48...57).contains($0) || $0 == 45 || $0 == 95
            }
    }
}

extension Character {
    fileprivate var isASCIIDigit: Bool { isASCII && isWholeNumber }
}
