import Foundation

/// Text in headers: ASCII as it is, everything else as encoded words of RFC 2047.
enum HeaderText {
    /// An encoded word has at most 75 characters; 12 of them are around the base64, so 45 bytes fit.
    private static let bytesPerWord = 45
    private static let longestPlain = 200

    static func encoded(_ text: String) -> String {
        let isPlain = text.utf8.allSatisfy { (32...126).contains($0) } && !text.contains("=?")
        guard !isPlain || text.utf8.count > longestPlain else { return text }
        var words: [String] = []
        var part: [UInt8] = []
        func finish() {
            if !part.isEmpty { words.append("=?utf-8?B?\(Data(part).base64EncodedString())?=") }
            part = []
        }
        for scalar in text.unicodeScalars {
            let bytes = Array(String(scalar).utf8)
            if part.count + bytes.count > bytesPerWord { finish() }
            part += bytes
        }
        finish()
        return words.joined(separator: "\r\n ")
    }

    /// A display name: quoted where it is ASCII.
    static func phrase(_ text: String) -> String {
        guard text.utf8.allSatisfy({ (32...126).contains($0) }), text.utf8.count <= longestPlain else {
            return encoded(text)
        }
        return "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
