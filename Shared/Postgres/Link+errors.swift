import CLibPQ
import Logging

extension Link {
    /// What libpq says about a broken connection.
    func lost(sqlState: String? = nil, query: String? = nil) -> PostgresError {
        let text = cleaned(PQerrorMessage(raw).map { String(cString: $0) } ?? "")
        return .lost(text.isEmpty ? "the connection broke" : text, sqlState: sqlState, query: query)
    }

    /// Why a connection couldn't be made: the connection is lost, or, where trying again is no use, what to change.
    func connectFailure(_ configuration: PostgresConfiguration) -> PostgresError {
        let text = PQerrorMessage(raw).map { String(cString: $0) } ?? ""
        let state = text.firstMatch(of: #/: {2}([0-9A-Z]{5}): /#).map { String($0.1) }
        let plain = cleaned(state.map { text.replacing("\($0): ", with: "") } ?? text)
        let message = "\(configuration): \(plain)"
        switch state {
        // Wrong password, no such role or database, no right to connect.
        case let state? where state.hasPrefix("28") || state == "3D000" || state == "42501":
            return PostgresError(.configuration, message, sqlState: state)
        case nil where plain.contains("no password supplied") || plain.contains("certificate"):
            return PostgresError(.configuration, message)
        case nil where plain.contains("server does not support SSL"):
            return PostgresError(.configuration, message)
        default:
            return .lost(message, sqlState: state)
        }
    }

    /// The error in a result. Messages of data exceptions (class 22) quote the value: it is moved to `detail`.
    func serverError(_ result: OpaquePointer, query: String) -> PostgresError {
        func field(_ code: Character) -> String? {
            guard let number = code.asciiValue else { return nil }
            return PQresultErrorField(result, Int32(number)).map { String(cString: $0) }
        }
        let state = field("C")
        let message = field("M") ?? cleaned(PQresultErrorMessage(result).map { String(cString: $0) } ?? "")
        // FATAL is the end of the session, also when its socket hasn't said so yet.
        let severity = field("V")
        guard PQstatus(raw) == CONNECTION_OK, severity != "FATAL", severity != "PANIC" else {
            return .lost(cleaned(message), sqlState: state, query: query)
        }
        var shown = cleaned(message)
        var detail = field("D")
        if let state, state.hasPrefix("22") {
            shown = shown.replacing(/".*"/.dotMatchesNewlines(), with: "\"…\"")
            detail = [message, detail].compactMap(\.self).joined(separator: "\n")
        }
        // 26000: the statement isn't there (DISCARD, DEALLOCATE); 0A000 from there: its columns changed type.
        let isStale = state == "26000" || (state == "0A000" && field("R") == "RevalidateCachedQuery")
        return PostgresError(
            .server, shown, sqlState: state, detail: detail, hint: field("H"), constraint: field("n"),
            schema: field("s"), table: field("t"), column: field("c"), query: query, isStalePlan: isStale)
    }

    /// One line without secrets.
    private func cleaned(_ text: String) -> String {
        let lines = text.split(separator: "\n").filter { !$0.hasPrefix("LOCATION:") }
        var line = lines.map { $0.trimmingPrefix(while: \.isWhitespace) }.joined(separator: "; ")
        for secret in secrets { line = line.replacing(secret, with: "…") }
        return line
    }
}

/// The server's warnings, which libpq would print to standard error, go to the log: code and message only.
final class NoticeLog {
    private let logger: Logger

    init(_ logger: Logger) {
        self.logger = logger
    }

    /// The connection must not outlive this object.
    func attach(to raw: OpaquePointer) {
        _ = PQsetNoticeReceiver(
            raw,
            { context, result in
                guard let context, let result else { return }
                let log = Unmanaged<NoticeLog>.fromOpaque(context).takeUnretainedValue()
                let state = PQresultErrorField(result, 67).map { String(cString: $0) } ?? ""
                let message = PQresultErrorField(result, 77).map { String(cString: $0) } ?? ""
                log.logger.notice("PostgreSQL says: \(message)", metadata: ["sqlstate": "\(state)"])
            }, Unmanaged.passUnretained(self).toOpaque())
    }
}
