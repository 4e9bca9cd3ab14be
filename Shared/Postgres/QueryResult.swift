import CLibPQ

/// What one statement returned. It keeps libpq's own memory and reads values in place.
final class QueryResult: Sendable {
    struct Column: Sendable {
        let name: String
        let oid: UInt32
    }

    let columns: [Column]
    let rowCount: Int32
    /// Rows touched, by the command's tag; 0 for commands that touch none.
    let affected: Int
    /// The command's tag: "INSERT 0 1", "COMMIT", "ROLLBACK" …
    let tag: String
    let query: String
    private let positions: [String: Int]
    /// Never changed after it arrived, so it may be read from any thread (libpq's documentation says so, 34.19).
    nonisolated(unsafe) private let pointer: OpaquePointer

    /// Takes over the memory of the result.
    init(_ pointer: OpaquePointer, query: String) {
        self.pointer = pointer
        self.query = query
        let columns = (0..<PQnfields(pointer)).map { index in
            Column(name: PQfname(pointer, index).map { String(cString: $0) } ?? "", oid: PQftype(pointer, index))
        }
        self.columns = columns
        rowCount = PQntuples(pointer)
        affected = PQcmdTuples(pointer).flatMap { Int(String(cString: $0)) } ?? 0
        tag = PQcmdStatus(pointer).map { String(cString: $0) } ?? ""
        positions = Dictionary(columns.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { _, _ in -1 })
    }

    deinit {
        PQclear(pointer)
    }

    var rows: [Row] { (0..<rowCount).map { Row(result: self, index: $0) } }

    func position(of column: String) throws -> Int {
        guard let position = positions[column] else {
            let names = columns.map(\.name).joined(separator: ", ")
            throw PostgresError.value("there is no column \"\(column)\", only \(names)", query: query)
        }
        guard position >= 0 else {
            throw PostgresError.value("two columns are called \"\(column)\": give them different names", query: query)
        }
        return position
    }

    /// The bytes of a value, nil for null. Valid as long as this object.
    func bytes(row: Int32, column: Int) -> UnsafeRawBufferPointer? {
        let column = Int32(column)
        guard PQgetisnull(pointer, row, column) == 0 else { return nil }
        return UnsafeRawBufferPointer(
            start: PQgetvalue(pointer, row, column), count: Int(PQgetlength(pointer, row, column)))
    }
}
