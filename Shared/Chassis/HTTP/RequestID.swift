/// The id by which a request is found in the log: the client's own where it is sane, else a random one.
package enum RequestID {
    package static func accepted(_ offered: String?) -> String {
        guard let offered, (1...64).contains(offered.utf8.count), offered.utf8.allSatisfy(isSane) else { return made() }
        return offered
    }

    static func made() -> String {
        let digits = String(UInt64.random(in: .min ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    private static func isSane(_ byte: UInt8) -> Bool {
        UInt8.isLetterOrDigit(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_")
            || byte == UInt8(ascii: ".")
    }
}
