import Foundation

/// The JSON inside of what PostHog's browser library sends: JSON as it is (its content type is text/plain, so that no
/// preflight is needed), a form with `data=` in base64, or base64 alone. gzip, with or without a header that says so, is
/// unpacked before it comes here.
struct PostHogBody {
    let json: [UInt8]
    /// The fields of the form; none where it is no form.
    var form = FormFields()

    init(_ body: IngestBody) throws(UnreadableBody) {
        if let packing = body.query["compression"], !["gzip", "gzip-js", "base64"].contains(packing) {
            throw UnreadableBody(reason: "compression is none of gzip, gzip-js and base64.")
        }
        if Self.isJSON(body.bytes) {
            json = body.bytes
            return
        }
        guard body.bytes.contains(UInt8(ascii: "=")), let data = Self.data(in: body.bytes, &form) else {
            json = try Self.unwrapped(body.bytes)
            return
        }
        json = Self.isJSON(data) ? data : try Self.unwrapped(data)
    }

    private static func data(in bytes: [UInt8], _ form: inout FormFields) -> [UInt8]? {
        let fields = FormFields(bytes)
        guard let data = fields["data"] else { return nil }
        form = fields
        return Array(data.utf8)
    }

    /// Whether the first character that counts is one that opens JSON.
    private static func isJSON(_ bytes: [UInt8]) -> Bool {
        let first = bytes.first { ![0x20, 0x09, 0x0A, 0x0D, 0xEF, 0xBB, 0xBF].contains($0) }
        return first == nil || first == UInt8(ascii: "{") || first == UInt8(ascii: "[")
    }

    /// Base64 in either alphabet, padded or not. A space was a `+` that nobody had encoded.
    private static func unwrapped(_ bytes: [UInt8]) throws(UnreadableBody) -> [UInt8] {
        var text = bytes.compactMap { byte -> UInt8? in
            switch byte {
            case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "+")
            case UInt8(ascii: "_"): UInt8(ascii: "/")
            case UInt8(ascii: "\n"), UInt8(ascii: "\r"): nil
            default: byte
            }
        }
        while text.count % 4 != 0, text.count < bytes.count + 3 { text.append(UInt8(ascii: "=")) }
        guard let data = Data(base64Encoded: Data(text)), !data.isEmpty else {
            throw UnreadableBody(reason: "The body is neither JSON nor base64 of it.")
        }
        return Array(data)
    }
}
