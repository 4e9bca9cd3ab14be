import CLibPQ
import Foundation

extension Link {
    /// Runs one statement, or the prepared one of this name, and returns its result; throws the server's error.
    func run(_ statement: Statement, prepared name: String?, _ patience: inout Patience) throws -> QueryResult {
        let count = Int32(statement.ranges.count)
        try send(statement) { types, values, lengths, formats in
            if let name { return PQsendQueryPrepared(raw, name, count, values, lengths, formats, 1) }
            return PQsendQueryParams(raw, statement.text, count, types, values, lengths, formats, 1)
        }
        guard let result = try results(statement.shown, &patience).last else { throw lost(query: statement.shown) }
        return result
    }

    func prepare(_ statement: Statement, _ name: String, _ patience: inout Patience) throws {
        guard PQsendPrepare(raw, name, statement.text, Int32(statement.types.count), statement.types) == 1 else {
            throw lost(query: statement.shown)
        }
        _ = try results(statement.shown, &patience)
        patience.restart()
    }

    /// No transaction is open.
    var isIdle: Bool { PQtransactionStatus(raw) == PQTRANS_IDLE }
    /// A statement of the open transaction failed; only a rollback is taken now.
    var isFailedTransaction: Bool { PQtransactionStatus(raw) == PQTRANS_INERROR }

    /// Sends text as it stands, one or more statements, without parameters.
    func run(script text: String, shown: String, _ patience: inout Patience) throws -> [QueryResult] {
        guard PQsendQuery(raw, text) == 1 else { throw lost(query: shown) }
        return try results(shown, &patience, restarting: true)
    }

    /// All results of what was sent. Reads to the end, so that the connection can go on, then throws the first error.
    func results(_ shown: String, _ patience: inout Patience, restarting: Bool = false) throws -> [QueryResult] {
        var results: [QueryResult] = []
        var failure: PostgresError?
        while let result = try nextResult(&patience) {
            switch PQresultStatus(result) {
            case PGRES_TUPLES_OK, PGRES_COMMAND_OK, PGRES_EMPTY_QUERY:
                results.append(QueryResult(result, query: shown))
            case PGRES_COPY_IN:
                PQclear(result)
                failure = failure ?? .value("COPY … FROM STDIN needs copyIn", query: shown)
                _ = PQputCopyEnd(raw, "not called as COPY")
            case PGRES_COPY_OUT, PGRES_COPY_BOTH:
                PQclear(result)
                failure = failure ?? .value("COPY … TO STDOUT needs copyOut", query: shown)
                try copyOut(&patience) { _ in }
            default:
                failure = failure ?? serverError(result, query: shown)
                PQclear(result)
            }
            if PQstatus(raw) != CONNECTION_OK { break }
            if restarting { patience.restart() }
        }
        try settle(failure, patience)
        guard PQstatus(raw) == CONNECTION_OK else { throw lost(query: shown) }
        return results
    }

    /// Ends a cancel request, then throws the failure: as a cancellation, if that is what it was.
    func settle(_ failure: PostgresError?, _ patience: Patience) throws {
        if PQstatus(raw) == CONNECTION_OK { try settleCancel() }
        guard let failure else { return }
        if failure.sqlState == "57014", patience.reason == .cancelled { throw CancellationError() }
        throw failure
    }

    private typealias Types = UnsafePointer<UInt32>
    private typealias Values = UnsafePointer<UnsafePointer<CChar>?>

    private func send(
        _ statement: Statement,
        _ call: (Types, Values, UnsafePointer<Int32>, UnsafePointer<Int32>) -> Int32
    ) throws {
        let lengths = statement.ranges.map { Int32($0?.count ?? 0) }
        let formats: [Int32] = Array(repeating: 1, count: lengths.count)
        let sent = statement.bytes.withUnsafeBytes { buffer in
            let base = buffer.baseAddress?.assumingMemoryBound(to: CChar.self)
            let values = statement.ranges.map { range in range.flatMap { range in base.map { $0 + range.lowerBound } } }
            return call(statement.types, values, lengths, formats)
        }
        guard sent == 1 else { throw lost(query: statement.shown) }
    }
}
