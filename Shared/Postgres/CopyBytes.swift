/// Rows in COPY's binary format, written value by value, for who writes so many that an array of values for each row
/// would cost more than the values. The types must be those of the columns; nothing is converted.
package struct CopyBytes: Sendable {
    private var bytes = CopyRows.header

    package init() {}

    /// Begins a row of so many columns.
    package mutating func row(of columns: Int16) { bytes.append(bigEndian: columns) }

    package mutating func appendNull() { bytes.append(bigEndian: Int32(-1)) }

    /// An int8.
    package mutating func append(_ value: Int64) {
        bytes.append(bigEndian: Int32(8))
        bytes.append(bigEndian: value)
    }

    package mutating func append(_ value: Bool) {
        bytes.append(bigEndian: Int32(1))
        bytes.append(value ? 1 : 0)
    }

    /// A text, which holds no NUL: PostgreSQL can't keep one.
    package mutating func append(_ value: String) {
        var value = value
        value.withUTF8 { utf8 in
            bytes.append(bigEndian: Int32(utf8.count))
            bytes.append(contentsOf: utf8)
        }
    }

    /// The next column of the row, of whatever type.
    package mutating func append<Value: PostgresEncodable>(_ value: Value) throws(PostgresValueRefusal) {
        guard !value.isPostgresNull else { return bytes.append(bigEndian: Int32(-1)) }
        let place = bytes.count
        bytes.append(bigEndian: Int32(0))
        try value.encode(into: &bytes)
        let length = Int32(bytes.count - place - 4)
        Swift.withUnsafeBytes(of: length.bigEndian) { length in
            for offset in 0..<4 { bytes[place + offset] = length[offset] }
        }
    }

    /// All rows, for `copyIn`.
    package func finished() -> [UInt8] { bytes + CopyRows.trailer }
}
