/// Writes JSON strings byte by byte: control characters escaped, long values cut.
struct JSONWriter {
    private(set) var bytes: [UInt8] = []

    mutating func raw(_ text: StaticString) {
        text.withUTF8Buffer { bytes += $0 }
    }

    /// A JSON string of at most `limit` bytes of `text`; what is cut off is said.
    mutating func string(_ text: String, limit: Int) {
        bytes.append(34)
        let utf8 = text.utf8
        if utf8.count <= limit {
            for byte in utf8 { escaped(byte) }
        } else {
            var end = utf8.index(utf8.startIndex, offsetBy: limit)
            while end > utf8.startIndex, end.samePosition(in: text.unicodeScalars) == nil {
                utf8.formIndex(before: &end)
            }
            for byte in utf8[..<end] { escaped(byte) }
            bytes += " … (\(utf8.count) bytes in all)".utf8
        }
        bytes.append(34)
    }

    private mutating func escaped(_ byte: UInt8) {
        switch byte {
        case 34: bytes += [92, 34]
        case 92: bytes += [92, 92]
        case 10: bytes += [92, 110]
        case 13: bytes += [92, 114]
        case 9: bytes += [92, 116]
        case 0..<32, 127:
            let digits = Array("0123456789abcdef".utf8)
            bytes += "\\u00".utf8
            bytes += [digits[Int(byte >> 4)], digits[Int(byte & 15)]]
        default: bytes.append(byte)
        }
    }
}
