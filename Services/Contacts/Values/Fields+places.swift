import Foundation

// Where customers are on the internet, and how they want to be reached.
extension Fields {
    /// A domain, without what stands around it in an address: `https://www.Acme.example/shop` is `acme.example`.
    func domain(_ name: String) throws -> Said<String> {
        try text(name).map { text in
            var rest = Substring(text.lowercased())
            if let scheme = rest.range(of: "://") { rest = rest[scheme.upperBound...] }
            rest = rest.prefix { !"/?#:".contains($0) }
            if rest.hasPrefix("www.") { rest = rest.dropFirst(4) }
            if rest.hasSuffix(".") { rest = rest.dropLast() }
            let labels = rest.split(separator: ".", omittingEmptySubsequences: false)
            let isDomain = labels.count > 1 && rest.unicodeScalars.count <= 253 && labels.allSatisfy(Self.isLabel)
            guard isDomain else { throw refusal(name, "expected a domain such as acme.example", code: "bad_domain") }
            return String(rest)
        }
    }

    private static func isLabel(_ label: Substring) -> Bool {
        guard !label.isEmpty, label.unicodeScalars.count <= 63, label.first != "-", label.last != "-" else {
            return false
        }
        return label.unicodeScalars.allSatisfy {
            $0 == "-" || (48...57).contains($0.value) || $0.properties.isAlphabetic
        }
    }
}

extension Said<Int64> {
    /// How it goes to the database, as with texts.
    var sent: String? { map(\.description).sent }
}
