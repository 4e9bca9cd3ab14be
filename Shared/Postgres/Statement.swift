/// A statement ready to be sent: text with numbered parameters, and all parameters in one buffer.
struct Statement: Sendable {
    /// PostgreSQL's protocol counts parameters in 16 bits.
    static let parameterLimit = 65_535
    /// A message of the protocol can't pass 1 GB; refuse well before.
    static let byteLimit = 512 * 1024 * 1024

    let text: String
    /// What errors and logs may show: no values.
    let shown: String
    let types: [UInt32]
    /// All values, one after the other, with one byte behind so that it has an address when they are all empty.
    let bytes: [UInt8]
    /// Where each value lies in `bytes`; nil is null.
    let ranges: [Range<Int>?]

    init(_ sql: SQL) throws {
        var text = ""
        var types: [UInt32] = []
        var bytes: [UInt8] = []
        var ranges: [Range<Int>?] = []
        let shown = Self.shown(sql)
        for part in sql.parts {
            switch part {
            case .text(let piece):
                text += piece
            case .literal(let value):
                text += Self.quoted(value)
            case .value(let value):
                if let refusal = value.refusal {
                    throw PostgresError.value("parameter $\(ranges.count + 1): \(refusal.reason)", query: shown)
                }
                types.append(value.type.oid)
                if let encoded = value.bytes {
                    ranges.append(bytes.count..<bytes.count + encoded.count)
                    bytes += encoded
                } else {
                    ranges.append(nil)
                }
                text += "$\(ranges.count)"
            }
        }
        guard ranges.count <= Self.parameterLimit else {
            throw PostgresError.value(
                "\(ranges.count) parameters, at most \(Self.parameterLimit) fit: bind arrays and unnest them, or use COPY",
                query: String(shown.prefix(PostgresError.queryLimit)))
        }
        guard bytes.count <= Self.byteLimit else {
            throw PostgresError.value("parameters of \(bytes.count) bytes, at most \(Self.byteLimit) fit", query: shown)
        }
        guard !text.utf8.contains(0) else {
            throw PostgresError.value("the statement's text contains a NUL character", query: shown)
        }
        bytes.append(0)
        self.text = text
        self.shown = shown
        self.types = types
        self.bytes = bytes
        self.ranges = ranges
    }

    static func shown(_ sql: SQL) -> String {
        var text = ""
        var count = 0
        for part in sql.parts {
            switch part {
            case .text(let piece): text += piece
            case .literal: text += "'…'"
            case .value:
                count += 1
                text += "$\(count)"
            }
        }
        return text
    }

    /// A text constant; the E form, so that it means the same whatever `standard_conforming_strings` says.
    static func quoted(_ value: String) -> String {
        let doubled = value.replacing("'", with: "''")
        return doubled.contains("\\") ? "E'" + doubled.replacing("\\", with: "\\\\") + "'" : "'" + doubled + "'"
    }
}
