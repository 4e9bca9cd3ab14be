/// The `name=value` pairs of a URL's query or of a form's body, decoded.
struct FormFields: Sendable, Equatable {
    private struct Field: Sendable, Equatable {
        let name: String
        let value: String
    }

    /// More pairs than this are not looked at.
    private static let most = 100
    private var fields: [Field] = []

    init() {}

    init(_ text: some Collection<UInt8>) {
        for pair in text.split(separator: UInt8(ascii: "&"), maxSplits: Self.most).prefix(Self.most) {
            let parts = pair.split(separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            fields.append(Field(name: Self.decoded(parts[0]), value: parts.count == 2 ? Self.decoded(parts[1]) : ""))
        }
    }

    init(query: String?) { self.init((query ?? "").utf8) }

    /// The first value of that name; nil where there is none or it is empty.
    subscript(_ name: String) -> String? {
        fields.first { $0.name == name && !$0.value.isEmpty }?.value
    }

    /// Whether it is there, with a value or without.
    func has(_ name: String) -> Bool { fields.contains { $0.name == name } }

    /// The first value that is there of these names.
    func first(of names: [String]) -> String? { names.lazy.compactMap { self[$0] }.first }

    /// `+` is a space, `%41` an A; a `%` without two digits after it stands for itself.
    private static func decoded(_ text: some Collection<UInt8>) -> String {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text.makeIterator()
        var ahead: [UInt8] = []
        while let byte = ahead.isEmpty ? rest.next() : ahead.removeFirst() {
            switch byte {
            case UInt8(ascii: "+"): bytes.append(UInt8(ascii: " "))
            case UInt8(ascii: "%"):
                while ahead.count < 2, let next = rest.next() { ahead.append(next) }
                if ahead.count == 2, let byte = UInt8(hexadecimal: ahead[0], ahead[1]) {
                    bytes.append(byte)
                    ahead = []
                } else {
                    bytes.append(byte)
                }
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}

extension UInt8 {
    /// The byte that two hexadecimal digits write; nil where they are none.
    init?(hexadecimal high: UInt8, _ low: UInt8) {
        func digit(_ byte: UInt8) -> UInt8? {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): byte - UInt8(ascii: "0")
            case UInt8(ascii: "a")...UInt8(ascii: "f"): byte - UInt8(ascii: "a") + 10
            case UInt8(ascii: "A")...UInt8(ascii: "F"): byte - UInt8(ascii: "A") + 10
            default: nil
            }
        }
        guard let high = digit(high), let low = digit(low) else { return nil }
        self = high << 4 | low
    }
}
