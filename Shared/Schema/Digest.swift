/// FNV-1a, 64 bit: tells texts apart, keeps no secret.
func digest(_ text: String) -> String {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    return String(hash, radix: 16)
}

extension Schema {
    /// Changes whenever anything that `migrate` makes does.
    package static var fingerprint: String {
        let objects = SchemaObject.functions + SchemaObject.views
        let texts = Migration.all.map(\.sql) + objects.map(\.sql) + [Seeds.sql, Grants.sql, "\(Role.all)"]
        return digest(texts.joined(separator: "\n"))
    }
}
