/// Text from outside, fit to be kept and shown.
enum Words {
    /// UTF-8 repaired, control characters as spaces, cut at `limit` characters.
    static func plain(_ bytes: some Collection<UInt8>, limit: Int) -> String {
        let text = String(decoding: bytes.prefix(limit * 4), as: UTF8.self)
        let plain = text.unicodeScalars.map { scalar in
            scalar.properties.generalCategory == .control ? " " : Character(scalar)
        }
        return String(String(plain).prefix(limit))
    }
}
