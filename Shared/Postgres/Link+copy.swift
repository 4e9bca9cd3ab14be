import CLibPQ
import Foundation

extension Link {
    /// Sends the COPY statement, then what `next` gives until it gives nil; returns the rows taken.
    func copyIn(
        _ statement: Statement, _ patience: inout Patience, next: () throws -> [UInt8]?
    ) throws -> Int {
        guard PQsendQueryParams(raw, statement.text, 0, nil, nil, nil, nil, 0) == 1 else {
            throw lost(query: statement.shown)
        }
        guard let first = try nextResult(&patience) else { throw lost(query: statement.shown) }
        let status = PQresultStatus(first)
        guard status == PGRES_COPY_IN else {
            let failure = status == PGRES_FATAL_ERROR ? serverError(first, query: statement.shown) : nil
            PQclear(first)
            if status == PGRES_COPY_OUT { try copyOut(&patience) { _ in } }
            _ = try results(statement.shown, &patience)
            throw failure ?? .value("copyIn takes COPY … FROM STDIN only", query: statement.shown)
        }
        PQclear(first)
        var refusal: (any Error)?
        do {
            while let chunk = try next() {
                if patience.flag?.isSet == true { throw CancellationError() }
                try put(chunk, &patience)
                // Each chunk that goes through is progress; the server's own time-out bounds the whole.
                patience.restart()
            }
        } catch let error as PostgresError where error.isConnectionLost {
            throw error
        } catch {
            refusal = error
        }
        while PQputCopyEnd(raw, refusal == nil ? nil : "given up by the sender") == 0 {
            try waitForAnswer(POLLIN | POLLOUT, &patience)
        }
        do {
            let affected = try results(statement.shown, &patience).last?.affected ?? 0
            if let refusal { throw refusal }
            return affected
        } catch let error as PostgresError where !error.isConnectionLost {
            throw refusal ?? error
        }
    }

    private func put(_ chunk: [UInt8], _ patience: inout Patience) throws {
        while true {
            let state = chunk.withUnsafeBytes { buffer in
                PQputCopyData(raw, buffer.bindMemory(to: CChar.self).baseAddress, Int32(buffer.count))
            }
            guard state >= 0 else { throw lost() }
            if state == 1 { break }
            try waitForAnswer(POLLIN | POLLOUT, &patience)
            if PQconsumeInput(raw) == 0 { throw lost() }
        }
        // Send it off now: libpq would otherwise gather everything in memory.
        try flush(&patience)
    }

    /// Sends the COPY statement and gathers what it sends.
    func copyOut(_ statement: Statement, _ patience: inout Patience) throws -> [UInt8] {
        guard PQsendQueryParams(raw, statement.text, 0, nil, nil, nil, nil, 0) == 1 else {
            throw lost(query: statement.shown)
        }
        guard let first = try nextResult(&patience) else { throw lost(query: statement.shown) }
        defer { PQclear(first) }
        var bytes: [UInt8] = []
        switch PQresultStatus(first) {
        case PGRES_COPY_OUT:
            try copyOut(&patience) { bytes += $0 }
            _ = try results(statement.shown, &patience)
            return bytes
        case PGRES_FATAL_ERROR:
            let failure = serverError(first, query: statement.shown)
            _ = try results(statement.shown, &patience)
            throw failure
        default:
            if PQresultStatus(first) == PGRES_COPY_IN { _ = PQputCopyEnd(raw, "copyOut takes no input") }
            _ = try? results(statement.shown, &patience)
            throw PostgresError.value("copyOut takes COPY … TO STDOUT only", query: statement.shown)
        }
    }

    /// Reads what COPY … TO STDOUT sends, row by row.
    func copyOut(_ patience: inout Patience, _ take: (UnsafeRawBufferPointer) throws -> Void) throws {
        var failure: (any Error)?
        while true {
            var buffer: UnsafeMutablePointer<CChar>?
            let length = PQgetCopyData(raw, &buffer, 1)
            if length > 0 {
                defer { PQfreemem(buffer) }
                patience.restart()
                guard failure == nil else { continue }
                do { try take(UnsafeRawBufferPointer(start: buffer, count: Int(length))) } catch { failure = error }
            } else if length == 0 {
                try waitForAnswer(POLLIN, &patience)
                if PQconsumeInput(raw) == 0 { throw lost() }
            } else {
                break
            }
        }
        if let failure { throw failure }
    }
}
