/// One value of a result in PostgreSQL's binary form. Valid only while `decode` runs.
package struct PostgresCell {
    package let oid: UInt32
    package let bytes: UnsafeRawBufferPointer

    package init(oid: UInt32, bytes: UnsafeRawBufferPointer) {
        self.oid = oid
        self.bytes = bytes
    }

    /// The integer in network order at this place.
    func integer<Value: FixedWidthInteger>(
        _ type: Value.Type = Value.self, at offset: Int = 0
    ) throws(PostgresValueRefusal) -> Value {
        guard offset >= 0, offset + MemoryLayout<Value>.size <= bytes.count else {
            throw PostgresValueRefusal("the value is shorter than its type")
        }
        return Value(bigEndian: bytes.loadUnaligned(fromByteOffset: offset, as: Value.self))
    }

    func mismatch(_ wanted: String, _ remedy: String? = nil) -> PostgresValueRefusal {
        let remedy = remedy ?? "cast the column in the statement, or read it as what it is"
        return PostgresValueRefusal("is \(PostgresTypeName.of(oid)), asked for as \(wanted): \(remedy)")
    }
}

/// What can be read from a row. Enums with a readable raw value only need to declare the conformance.
package protocol PostgresDecodable: Sendable {
    static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Self
    /// What null reads as; an error unless the type is optional.
    static func decodeNull() throws(PostgresValueRefusal) -> Self
}

extension PostgresDecodable {
    package static func decodeNull() throws(PostgresValueRefusal) -> Self {
        throw PostgresValueRefusal("is null, asked for as \(Self.self): read it as \(Self.self)?, or coalesce it")
    }
}

extension PostgresDecodable where Self: RawRepresentable, RawValue: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Self {
        guard let value = Self(rawValue: try RawValue.decode(cell)) else {
            throw PostgresValueRefusal("holds a value that \(Self.self) doesn't know")
        }
        return value
    }
}

extension Optional: PostgresDecodable where Wrapped: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Wrapped? {
        try Wrapped.decode(cell)
    }

    package static func decodeNull() throws(PostgresValueRefusal) -> Wrapped? { nil }
}
