extension Bool: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .bool }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(self ? 1 : 0)
    }

    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Bool {
        guard cell.oid == PostgresType.bool.oid else { throw cell.mismatch("Bool") }
        return try cell.integer(UInt8.self) != 0
    }
}

extension PostgresCell {
    /// Any integer type, an oid, or a numeric without decimals, if it fits.
    fileprivate func anyInteger<Value: FixedWidthInteger>(
        as type: Value.Type
    ) throws(PostgresValueRefusal) -> Value {
        let wide: Int64
        switch oid {
        case PostgresType.int2.oid: wide = Int64(try integer(Int16.self))
        case PostgresType.int4.oid: wide = Int64(try integer(Int32.self))
        case PostgresType.int8.oid: wide = try integer(Int64.self)
        case 26: wide = Int64(try integer(UInt32.self))
        case PostgresType.numeric.oid:
            guard let whole = Int64(try numericText()) else {
                throw mismatch("\(Value.self)", "it isn't whole, or too big")
            }
            wide = whole
        default: throw mismatch("\(Value.self)")
        }
        guard let value = Value(exactly: wide) else {
            throw PostgresValueRefusal("holds a number too big for \(Value.self): read it as Int64")
        }
        return value
    }
}

extension Int16: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int2 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Int16 {
        try cell.anyInteger(as: Int16.self)
    }
}

extension Int32: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int4 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Int32 {
        try cell.anyInteger(as: Int32.self)
    }
}

extension Int64: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: self) }
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Int64 {
        try cell.anyInteger(as: Int64.self)
    }
}

extension Int: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .int8 }
    package func encode(into bytes: inout [UInt8]) { bytes.append(bigEndian: Int64(self)) }
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Int {
        try cell.anyInteger(as: Int.self)
    }
}

extension Double: PostgresEncodable, PostgresDecodable {
    package static var postgresType: PostgresType { .float8 }

    package func encode(into bytes: inout [UInt8]) {
        bytes.append(bigEndian: bitPattern)
    }

    /// Reads real, double precision, the integers and numeric (rounded to the nearest double).
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> Double {
        switch cell.oid {
        case PostgresType.float8.oid: return Double(bitPattern: try cell.integer(UInt64.self))
        case PostgresType.float4.oid: return Double(Float(bitPattern: try cell.integer(UInt32.self)))
        case PostgresType.int2.oid: return Double(try cell.integer(Int16.self))
        case PostgresType.int4.oid: return Double(try cell.integer(Int32.self))
        case PostgresType.int8.oid: return Double(try cell.integer(Int64.self))
        case PostgresType.numeric.oid:
            guard let value = Double(try cell.numericText()) else { throw cell.mismatch("Double") }
            return value
        default: throw cell.mismatch("Double")
        }
    }
}
