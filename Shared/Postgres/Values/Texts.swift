package import Foundation

extension String: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .text }

    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        let start = bytes.count
        bytes += utf8
        guard !bytes[start...].contains(0) else {
            throw PostgresValueRefusal("a text with a NUL character, which PostgreSQL can't store: remove it")
        }
    }

    /// Reads every text type, enums, json, jsonb, uuid and numeric. Other types: cast them to text.
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> String {
        switch cell.oid {
        case PostgresType.numeric.oid: return try cell.numericText()
        case PostgresType.uuid.oid: return try UUID.decode(cell).uuidString.lowercased()
        case PostgresType.json.oid, PostgresType.jsonb.oid: return try JSONText.decode(cell).text
        case PostgresType.text.oid: return cell.utf8
        case let oid where PostgresTypeName.alsoText.contains(oid): return cell.utf8
        case PostgresTypeName.firstUserDefined...:
            // An enum's binary form is its label. Composites and ranges hold zero bytes, which no text does.
            guard !cell.bytes.contains(0) else { throw cell.mismatch("String", "cast it to text") }
            return cell.utf8
        default: throw cell.mismatch("String", "cast it to text")
        }
    }
}

extension PostgresCell {
    fileprivate var utf8: String { String(decoding: bytes, as: UTF8.self) }
}

/// JSON as text, bound as jsonb and read from json and jsonb.
package struct JSONText: Hashable, Sendable, PostgresEncodable, PostgresDecodable {
    package let text: String

    package init(_ text: String) {
        self.text = text
    }

    /// Encodes the value as JSON with sorted keys.
    package init(encoding value: some Encodable) throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        text = String(decoding: try encoder.encode(value), as: UTF8.self)
    }

    /// Decodes the JSON.
    package func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(text.utf8))
    }

    package static var postgresType: PostgresType { .jsonb }

    /// jsonb's binary form is a version, 1, and the text.
    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        bytes.append(1)
        try text.encode(into: &bytes)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> JSONText {
        switch cell.oid {
        case PostgresType.json.oid: return JSONText(cell.utf8)
        case PostgresType.jsonb.oid:
            guard try cell.integer(UInt8.self) == 1 else { throw cell.mismatch("JSONText", "unknown jsonb version") }
            return JSONText(String(decoding: cell.bytes.dropFirst(), as: UTF8.self))
        default: throw cell.mismatch("JSONText")
        }
    }
}

/// Bytes, bound and read as bytea.
package struct Bytes: Hashable, Sendable, PostgresEncodable, PostgresDecodable {
    package let bytes: [UInt8]

    package init(_ bytes: some Sequence<UInt8>) {
        self.bytes = Array(bytes)
    }

    package static var postgresType: PostgresType { .bytea }

    package func encode(into bytes: inout [UInt8]) {
        bytes += self.bytes
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Bytes {
        guard cell.oid == PostgresType.bytea.oid else { throw cell.mismatch("Bytes") }
        return Bytes(cell.bytes)
    }
}

extension UUID: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .uuid }

    package func encode(into bytes: inout [UInt8]) {
        withUnsafeBytes(of: uuid) { bytes.append(contentsOf: $0) }
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> UUID {
        guard cell.oid == PostgresType.uuid.oid, cell.bytes.count == 16 else { throw cell.mismatch("UUID") }
        return UUID(uuid: cell.bytes.loadUnaligned(as: uuid_t.self))
    }
}
