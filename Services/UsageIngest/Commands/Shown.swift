/// What came from outside, as a terminal may see it.
enum Shown {
    /// On one line, without anything that moves a cursor or hides what stands beside it.
    static func line(_ text: String) -> String {
        var shown = ""
        for scalar in text.unicodeScalars {
            switch scalar.properties.generalCategory {
            case .control, .format, .lineSeparator, .paragraphSeparator, .surrogate, .privateUse, .unassigned:
                shown += "\\u{\(String(scalar.value, radix: 16))}"
            default: shown.unicodeScalars.append(scalar)
            }
        }
        return shown
    }

    /// Bytes as text, with what is no text or not to be shown as escapes: `\x1b`, `\u{202e}`.
    static func bytes(_ bytes: [UInt8]) -> String {
        var shown = ""
        var rest = bytes[...]
        while let byte = rest.first {
            let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
            let piece = rest.prefix(length)
            if piece.count == length, let text = String(validating: piece, as: UTF8.self) {
                shown += text == "\n" ? "\n" : line(text)
                rest = rest.dropFirst(length)
            } else {
                shown += "\\x" + (byte < 16 ? "0" : "") + String(byte, radix: 16)
                rest = rest.dropFirst()
            }
        }
        return shown
    }
}
