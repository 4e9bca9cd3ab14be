/// Rows in the binary format of COPY.
struct CopyRows {
    static let chunk = 65_536
    static let header: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 0xFF, 13, 10, 0] + Array(repeating: 0, count: 8)
    static let trailer: [UInt8] = [0xFF, 0xFF]

    let columns: [QueryResult.Column]
    let query: String
    private var row = 0
    private var isStarted = false
    private var isFinished = false

    init(columns: [QueryResult.Column], query: String) {
        self.columns = columns
        self.query = query
    }

    /// The next chunk; nil after the last.
    mutating func next(_ rows: inout some IteratorProtocol<[(any PostgresEncodable)?]>) throws -> [UInt8]? {
        guard !isFinished else { return nil }
        var bytes: [UInt8] = isStarted ? [] : Self.header
        isStarted = true
        while bytes.count < Self.chunk {
            guard let values = rows.next() else {
                isFinished = true
                bytes += Self.trailer
                break
            }
            row += 1
            try append(values, to: &bytes)
        }
        return bytes
    }

    private func append(_ values: [(any PostgresEncodable)?], to bytes: inout [UInt8]) throws {
        guard values.count == columns.count else {
            throw PostgresError.value(
                "row \(row) has \(values.count) values for \(columns.count) columns", query: query)
        }
        bytes.append(bigEndian: Int16(columns.count))
        for (value, column) in zip(values, columns) {
            do throws(PostgresValueRefusal) {
                guard let value, let field = try Self.field(BoundValue(value), for: column.oid) else {
                    bytes.append(bigEndian: Int32(-1))
                    continue
                }
                bytes.append(bigEndian: Int32(field.count))
                bytes += field
            } catch {
                throw PostgresError.value("row \(row), column \"\(column.name)\": \(error.reason)", query: query)
            }
        }
    }

    /// The value in the form of the column's type: COPY converts nothing by itself.
    static func field(_ value: BoundValue, for column: UInt32) throws(PostgresValueRefusal) -> [UInt8]? {
        if let refusal = value.refusal { throw refusal }
        guard let bytes = value.bytes else { return nil }
        let text = PostgresType.text.oid
        switch (value.type.oid, column) {
        case let (from, to) where from == to: return bytes
        case (text, PostgresType.json.oid): return bytes
        case let (from, to) where from == text && PostgresTypeName.alsoText.contains(to): return bytes
        // An enum or a text type of an extension: its label.
        case let (from, to) where from == text && to >= PostgresTypeName.firstUserDefined: return bytes
        case (PostgresType.jsonb.oid, PostgresType.json.oid): return Array(bytes.dropFirst())
        case (PostgresType.int2.oid, _), (PostgresType.int4.oid, _), (PostgresType.int8.oid, _):
            return try integer(bytes, for: column)
        default:
            throw PostgresValueRefusal(
                "is \(PostgresTypeName.of(column)), given a \(value.type.name), which COPY can't convert")
        }
    }

    private static func integer(_ bytes: [UInt8], for column: UInt32) throws(PostgresValueRefusal) -> [UInt8] {
        // Big endian, sign extended.
        let start: Int64 = (bytes.first ?? 0) >= 128 ? -1 : 0
        let wide = bytes.reduce(start) { $0 << 8 | Int64($1) }
        var field: [UInt8] = []
        let tooBig = PostgresValueRefusal("is \(PostgresTypeName.of(column)), for which the number is too big")
        switch column {
        case PostgresType.int8.oid: field.append(bigEndian: wide)
        case PostgresType.int4.oid:
            guard let narrow = Int32(exactly: wide) else { throw tooBig }
            field.append(bigEndian: narrow)
        case PostgresType.int2.oid:
            guard let narrow = Int16(exactly: wide) else { throw tooBig }
            field.append(bigEndian: narrow)
        case PostgresType.float8.oid: field.append(bigEndian: Double(wide).bitPattern)
        default:
            throw PostgresValueRefusal("is \(PostgresTypeName.of(column)), given an integer, which COPY can't convert")
        }
        return field
    }
}
