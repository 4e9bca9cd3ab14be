/// A PostgreSQL type: its number, and that of the array of it (0: there is none).
package struct PostgresType: Hashable, Sendable {
    package let oid: UInt32
    package let array: UInt32
    package let name: String

    package init(oid: UInt32, array: UInt32, name: String) {
        self.oid = oid
        self.array = array
        self.name = name
    }
}

/// Why a value can't be sent or read. Never contains the value itself.
package struct PostgresValueRefusal: Error, Sendable {
    package let reason: String

    package init(_ reason: String) {
        self.reason = reason
    }
}

/// What can be bound in `SQL`. Enums with a bindable raw value only need to declare the conformance.
package protocol PostgresEncodable: Sendable {
    static var postgresType: PostgresType { get }
    /// True for an absent optional: sent as null, `encode` isn't called.
    var isPostgresNull: Bool { get }
    /// Appends the value in PostgreSQL's binary form.
    func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal)
}

extension PostgresEncodable {
    package var isPostgresNull: Bool { false }
}

extension PostgresEncodable where Self: RawRepresentable, RawValue: PostgresEncodable {
    package static var postgresType: PostgresType { RawValue.postgresType }

    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        try rawValue.encode(into: &bytes)
    }
}

extension Optional: PostgresEncodable where Wrapped: PostgresEncodable {
    package static var postgresType: PostgresType { Wrapped.postgresType }
    package var isPostgresNull: Bool { self?.isPostgresNull ?? true }

    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        guard let value = self else { throw PostgresValueRefusal("an absent value has no bytes") }
        try value.encode(into: &bytes)
    }
}

/// A value as it travels; one that can't travel is kept with its reason and refused before anything is sent.
struct BoundValue: Sendable {
    let type: PostgresType
    let bytes: [UInt8]?
    let refusal: PostgresValueRefusal?

    init<Value: PostgresEncodable>(_ value: Value) {
        type = Value.postgresType
        guard !value.isPostgresNull else {
            bytes = nil
            refusal = nil
            return
        }
        var encoded: [UInt8] = []
        do {
            try value.encode(into: &encoded)
            bytes = encoded
            refusal = nil
        } catch {
            bytes = nil
            refusal = error
        }
    }
}

extension [UInt8] {
    /// Appends an integer in network order.
    mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
