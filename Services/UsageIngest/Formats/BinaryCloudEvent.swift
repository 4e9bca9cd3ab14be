import Foundation
import HTTPTypes

/// A CloudEvent whose attributes are headers. It is written anew in its JSON form and read like any other: so that one in
/// quarantine has all that it came with, and can be replayed.
struct BinaryCloudEvent {
    private static let prefix = "ce-"
    private var attributes: [(name: String, value: String)] = []
    /// Why a header can't be read; the event is refused for it.
    private var refusal: Refusal?

    init(_ headers: HTTPFields) {
        for field in headers where field.name.canonicalName.hasPrefix(Self.prefix) {
            let name = String(field.name.canonicalName.dropFirst(Self.prefix.count))
            let value = Self.decoded(field.value)
            if value == nil { refusal = refusal ?? Refusal(place: "/" + name, reason: "is no percent-encoded UTF-8") }
            if attributes.contains(where: { $0.name == name }) {
                refusal = refusal ?? Refusal(place: "/" + name, reason: "stands twice")
            }
            attributes.append((name, value ?? field.value))
        }
    }

    /// Whether any header makes it one.
    var isThere: Bool { !attributes.isEmpty }

    func read(_ data: [UInt8], _ type: MediaType?) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(try written(data, type))
        let refusal = refusal
        let item = batch.item { members throws(Refusal) in
            if let refusal { throw refusal }
            return try CloudEvent.message(members)
        }
        return Submission(items: [item])
    }

    /// In JSON: data that is JSON as it came, a text as a string, other bytes in base64.
    private func written(_ data: [UInt8], _ type: MediaType?) throws(UnreadableBody) -> [UInt8] {
        var members = attributes.filter { !["data", "data_base64", "datacontenttype"].contains($0.name) }
            .map { JSONObject.Member(name: $0.name, value: .string($0.value)) }
        if let type { members.append(.init(name: "datacontenttype", value: .string(type.name))) }
        if data.isEmpty { return JSONValue.object(JSONObject(members)).written }
        if type?.isJSON ?? true {
            do throws(JSONFailure) {
                _ = try JSONParser.parse(data)
            } catch {
                throw UnreadableBody(reason: "The data is no JSON: \(error.description).")
            }
            var text = JSONValue.object(JSONObject(members)).written
            text.removeLast()
            return text + Array(members.isEmpty ? "\"data\":".utf8 : ",\"data\":".utf8) + data + Array("}".utf8)
        }
        if type?.isText == true, let text = String(validating: data, as: UTF8.self) {
            members.append(.init(name: "data", value: .string(text)))
        } else {
            members.append(.init(name: "data_base64", value: .string(Data(data).base64EncodedString())))
        }
        return JSONValue.object(JSONObject(members)).written
    }

    /// A header's text (CloudEvents over HTTP 1.0.2, 3.1.3.2): out of quotes where it is in them, then one round of
    /// percent-decoding. Nil where that is no UTF-8.
    static func decoded(_ value: String) -> String? {
        let text = Array((QuotedString.unquoted(value) ?? value).utf8)
        var bytes: [UInt8] = []
        var at = 0
        while at < text.count {
            if text[at] == UInt8(ascii: "%"), at + 2 < text.count,
                let byte = UInt8(hexadecimal: text[at + 1], text[at + 2])
            {
                bytes.append(byte)
                at += 3
            } else {
                bytes.append(text[at])
                at += 1
            }
        }
        return String(validating: bytes, as: UTF8.self)
    }
}
