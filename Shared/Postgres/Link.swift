import CLibPQ
import Dispatch
import Foundation
import Logging

/// One libpq connection, used by one thread. Everything that waits does so in `poll`, with a deadline, so that a network
/// that swallows everything is noticed (a blocking `PQexec` would wait for ever).
final class Link {
    let raw: OpaquePointer
    let wakeUp: WakeUp
    let grace: Duration
    let secrets: [String]
    private let notices: NoticeLog
    /// Signalled when the cancel request under way has reached the server, or failed.
    private var cancelRequest: DispatchSemaphore?

    private init(raw: OpaquePointer, configuration: PostgresConfiguration, wakeUp: WakeUp, logger: Logger) {
        self.raw = raw
        self.wakeUp = wakeUp
        grace = configuration.answerGrace
        secrets = configuration.secrets
        notices = NoticeLog(logger)
        notices.attach(to: raw)
    }

    deinit {
        PQfinish(raw)
    }

    /// Connects within the configuration's time. (Resolving the host's name is the system's, and follows its time-outs.)
    static func open(
        _ configuration: PostgresConfiguration, wakeUp: WakeUp, flag: CancelFlag, logger: Logger
    ) throws -> Link {
        _ = CryptoAtExit.isLeftAlone
        let parameters = configuration.connectParameters
        let started = withCStrings(parameters.map(\.0)) { keywords in
            withCStrings(parameters.map(\.1)) { values in PQconnectStartParams(keywords, values, 0) }
        }
        guard let started else { throw PostgresError.lost("libpq has no memory for a connection") }
        let link = Link(raw: started, configuration: configuration, wakeUp: wakeUp, logger: logger)
        // Verbose, for only so a failed connection tells its SQLSTATE.
        PQsetErrorVerbosity(started, PQERRORS_VERBOSE)
        var patience = Patience(limit: configuration.connectTimeout, grace: .zero, flag: flag)
        guard PQstatus(started) != CONNECTION_BAD else { throw link.connectFailure(configuration) }
        var step = PGRES_POLLING_WRITING
        while step != PGRES_POLLING_OK {
            guard step != PGRES_POLLING_FAILED else { throw link.connectFailure(configuration) }
            switch link.wait(for: step == PGRES_POLLING_READING ? POLLIN : POLLOUT, &patience) {
            case .ready: step = PQconnectPoll(started)
            case .nothing: continue
            case .cancel where patience.reason == .cancelled: throw CancellationError()
            case .cancel, .giveUp:
                throw PostgresError.lost("\(configuration): no connection within \(configuration.connectTimeout)")
            }
        }
        PQsetErrorVerbosity(started, PQERRORS_DEFAULT)
        guard PQsetnonblocking(started, 1) == 0 else { throw link.lost() }
        return link
    }

    enum Waited { case ready, nothing, cancel, giveUp }

    /// Waits for the socket, a wake-up or the end of patience, whichever is first.
    func wait(for events: Int32, _ patience: inout Patience) -> Waited {
        switch patience.verdict(at: .now) {
        case .giveUp: return .giveUp
        case .cancel: return .cancel
        case .wait: break
        }
        var files = [
            pollfd(fd: PQsocket(raw), events: Int16(events), revents: 0),
            pollfd(fd: wakeUp.readEnd, events: Int16(POLLIN), revents: 0),
        ]
        _ = poll(&files, 2, patience.remaining(at: .now))
        if files[1].revents != 0 { wakeUp.drain() }
        return files[0].revents != 0 ? .ready : .nothing
    }

    /// The same while a statement runs: asks the server to cancel it when patience says so, throws when it ends.
    func waitForAnswer(_ events: Int32, _ patience: inout Patience) throws {
        switch wait(for: events, &patience) {
        case .ready, .nothing: return
        case .cancel: requestCancel()
        case .giveUp:
            throw PostgresError.lost("the server didn't answer in time, nor to the request to cancel")
        }
    }

    /// False if the server has hung up. Costs one system call while nothing has arrived.
    var isAlive: Bool {
        guard PQstatus(raw) == CONNECTION_OK else { return false }
        var file = pollfd(fd: PQsocket(raw), events: Int16(POLLIN), revents: 0)
        guard poll(&file, 1, 0) > 0 else { return true }
        // The farewell and the end of the stream come one after the other.
        return PQconsumeInput(raw) == 1 && PQconsumeInput(raw) == 1 && PQstatus(raw) == CONNECTION_OK
    }

    /// Sends the request over a connection of its own and from a thread of its own, for that may hang as well.
    private func requestCancel() {
        guard cancelRequest == nil, let handle = PQgetCancel(raw) else { return }
        let done = DispatchSemaphore(value: 0)
        nonisolated(unsafe) let own = handle
        Thread {
            var refusal: [CChar] = Array(repeating: 0, count: 256)
            PQcancel(own, &refusal, Int32(refusal.count))
            PQfreeCancel(own)
            done.signal()
        }.start()
        cancelRequest = done
    }

    /// Makes sure that a cancel request that was sent can't hit the next statement.
    func settleCancel() throws {
        guard let request = cancelRequest else { return }
        cancelRequest = nil
        guard request.wait(timeout: .now() + .milliseconds(grace.milliseconds)) == .success else {
            throw PostgresError.lost("the request to cancel a statement didn't get through")
        }
        // The backend has its signal by now; an empty query takes it if the statement didn't.
        guard PQsendQuery(raw, "") == 1 else { throw lost() }
        var patience = Patience(limit: grace, grace: .zero)
        while let result = try nextResult(&patience) { PQclear(result) }
    }

    /// The next result of what was sent; nil when all have come. The caller clears it.
    func nextResult(_ patience: inout Patience) throws -> OpaquePointer? {
        try flush(&patience)
        while PQisBusy(raw) == 1 {
            try waitForAnswer(POLLIN, &patience)
            // On failure the result that follows says what happened.
            if PQconsumeInput(raw) == 0 { break }
        }
        return PQgetResult(raw)
    }

    func flush(_ patience: inout Patience) throws {
        while true {
            let state = PQflush(raw)
            if state == 0 { return }
            // A server that ends the session may have said why: leave that to the reading of the result.
            if state < 0 { return }
            try waitForAnswer(POLLIN | POLLOUT, &patience)
            if PQconsumeInput(raw) == 0 { return }
        }
    }
}

/// Passes texts to C as a null-terminated array.
private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafePointer<UnsafePointer<CChar>?>) -> Result
) -> Result {
    let copies = texts.map { strdup($0) }
    defer { for copy in copies { free(copy) } }
    var pointers = copies.map { UnsafePointer($0) }
    pointers.append(nil)
    return body(pointers)
}
