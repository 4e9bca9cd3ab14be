extension Array: PostgresEncodable where Element: PostgresEncodable {
    package static var postgresType: PostgresType {
        let element = Element.postgresType
        return PostgresType(oid: element.array, array: 0, name: element.name + "[]")
    }

    /// One dimension, counted from 1: dimensions, has nulls, element type, length, lower bound, then each element.
    package func encode(into bytes: inout [UInt8]) throws(PostgresValueRefusal) {
        guard Element.postgresType.array != 0 else { throw PostgresValueRefusal("arrays of arrays can't be bound") }
        bytes.append(bigEndian: Int32(isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(contains { $0.isPostgresNull } ? 1 : 0))
        bytes.append(bigEndian: Element.postgresType.oid)
        guard !isEmpty else { return }
        bytes.append(bigEndian: Int32(count))
        bytes.append(bigEndian: Int32(1))
        for element in self {
            guard !element.isPostgresNull else {
                bytes.append(bigEndian: Int32(-1))
                continue
            }
            let place = bytes.count
            bytes.append(bigEndian: Int32(0))
            try element.encode(into: &bytes)
            let length = Int32(bytes.count - place - 4)
            Swift.withUnsafeBytes(of: length.bigEndian) { bytes.replaceSubrange(place..<place + 4, with: $0) }
        }
    }
}

extension Array: PostgresDecodable where Element: PostgresDecodable {
    package static func decode(_ cell: PostgresCell) throws(PostgresValueRefusal) -> [Element] {
        guard PostgresTypeName.isArray(cell.oid) else { throw cell.mismatch("\(Self.self)") }
        let dimensions = try cell.integer(Int32.self, at: 0)
        guard dimensions != 0 else { return [] }
        guard dimensions == 1 else {
            throw PostgresValueRefusal("is an array of \(dimensions) dimensions, 1 can be read")
        }
        let type = try cell.integer(UInt32.self, at: 8)
        let count = Int(try cell.integer(Int32.self, at: 12))
        guard count >= 0, count <= cell.bytes.count / 4 else { throw PostgresValueRefusal("is a malformed array") }
        var elements: [Element] = []
        elements.reserveCapacity(count)
        var place = 20
        for _ in 0..<count {
            let length = Int(try cell.integer(Int32.self, at: place))
            place += 4
            guard length >= 0 else {
                elements.append(try Element.decodeNull())
                continue
            }
            guard place + length <= cell.bytes.count else { throw PostgresValueRefusal("is a malformed array") }
            let bytes = UnsafeRawBufferPointer(rebasing: cell.bytes[place..<place + length])
            elements.append(try Element.decode(PostgresCell(oid: type, bytes: bytes)))
            place += length
        }
        return elements
    }
}

extension PostgresTypeName {
    /// Arrays of built-in types other than those that can be bound: char, name, oid, bpchar, varchar.
    private static let otherArrays: Set<UInt32> = [1002, 1003, 1028, 1014, 1015]

    /// A user's enum array can't be told from another type by its number: its bytes are checked instead.
    static func isArray(_ oid: UInt32) -> Bool {
        PostgresType.encodable.contains { $0.array == oid } || otherArrays.contains(oid) || oid >= firstUserDefined
    }
}
