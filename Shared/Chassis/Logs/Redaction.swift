/// Takes secrets out of text that goes to a log or to a person: passwords in addresses, our keys, webhook secrets,
/// what follows `Bearer` and `Basic`.
package enum Redaction {
    package static let mark = "***"

    /// The text with each secret that it can recognise replaced by `***`.
    package static func clean(_ text: String) -> String {
        var bytes = Array(text.utf8)
        // Most lines hold none: then nothing is copied twice.
        var changed = false
        for rule in rules { if rule(&bytes) { changed = true } }
        return changed ? String(decoding: bytes, as: UTF8.self) : text
    }

    /// Whether a metadata key or a header names a secret by itself, whatever its value looks like.
    package static func isSecret(name: String) -> Bool {
        let name = name.lowercased()
        return ["authorization", "password", "passwd", "secret", "token", "cookie", "api_key", "apikey", "write_key"]
            .contains { name.contains($0) }
    }

    private typealias Rule = @Sendable (inout [UInt8]) -> Bool

    private static let rules: [Rule] = [
        { hide(after: "://", in: &$0, secret: passwordInAddress) },
        { hide(after: "password=", in: &$0) { bytes, start in start..<word(bytes, start) } },
        { hide(after: "hf_", in: &$0, secret: keyTail) },
        { hide(after: "whsec_", in: &$0) { bytes, start in start..<word(bytes, start) } },
        { hide(after: "earer ", in: &$0) { bytes, start in start..<word(bytes, start) } },
        { hide(after: "asic ", in: &$0, secret: basicCredentials) },
    ]

    /// Replaces what `secret` finds behind each `marker`.
    private static func hide(
        after marker: String, in bytes: inout [UInt8], secret: ([UInt8], Int) -> Range<Int>?
    ) -> Bool {
        let marker = Array(marker.utf8)
        var index = 0
        var changed = false
        while let start = find(marker, in: bytes, from: index) {
            index = start
            guard let range = secret(bytes, start), !range.isEmpty else { continue }
            bytes.replaceSubrange(range, with: Array(mark.utf8))
            index = range.lowerBound + mark.utf8.count
            changed = true
        }
        return changed
    }

    /// The index behind the next `marker`, case of ASCII letters ignored.
    private static func find(_ marker: [UInt8], in bytes: [UInt8], from: Int) -> Int? {
        guard bytes.count >= marker.count, from <= bytes.count - marker.count else { return nil }
        for start in from...(bytes.count - marker.count) where lower(bytes[start]) == marker[0] {
            if marker.indices.allSatisfy({ lower(bytes[start + $0]) == marker[$0] }) { return start + marker.count }
        }
        return nil
    }

    private static func lower(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

    /// The end of the run without spaces, quotes, commas and separators that begins at `start`.
    private static func word(_ bytes: [UInt8], _ start: Int) -> Int {
        let ends = Set("\"'`,;&<>)}] \t\r\n".utf8)
        return bytes[start...].firstIndex { ends.contains($0) } ?? bytes.count
    }

    /// `user:SECRET@` behind `://`.
    private static func passwordInAddress(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
        let end = bytes[start...].firstIndex { $0 == 47 || $0 == 63 || $0 <= 32 || $0 == 34 } ?? bytes.count
        guard let at = bytes[start..<end].lastIndex(of: 64), let colon = bytes[start..<at].firstIndex(of: 58) else {
            return nil
        }
        return colon + 1..<at
    }

    /// `write_SECRET` behind `hf_`; the scope may be seen.
    private static func keyTail(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
        guard let bar = bytes[start...].prefix(16).firstIndex(of: 95) else { return nil }
        let end = bytes[(bar + 1)...].firstIndex { !UInt8.isLetterOrDigit($0) } ?? bytes.count
        return end - bar > 8 ? bar + 1..<end : nil
    }

    /// Only what can be credentials: "Basic plan" is none.
    private static func basicCredentials(_ bytes: [UInt8], _ start: Int) -> Range<Int>? {
        let end = word(bytes, start)
        return end - start >= 12 ? start..<end : nil
    }
}
