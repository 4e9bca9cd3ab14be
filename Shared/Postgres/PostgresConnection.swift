import CLibPQ
package import Logging
import Synchronization

/// One session with the server. Its calls wait on a thread of its own, so they hold nobody else up.
///
/// Statements of one connection run one after the other; give it to one task at a time, for its transactions are its
/// users'. Cancelling the task cancels the statement on the server, and the call throws `CancellationError`. Every wait
/// has a deadline: an answer that stays out for longer than the time-outs of the configuration costs the connection.
package actor PostgresConnection {
    package nonisolated let configuration: PostgresConfiguration
    nonisolated let logger: Logger
    nonisolated let condition = Condition()
    private nonisolated let thread: ConnectionThread
    var statements = StatementCache()
    var transactionDepth = 0
    /// The time-out of statements now; a transaction may change it.
    var statementTimeout: Duration
    private var link: Link?
    private var whyLost = "not connected"

    package nonisolated var unownedExecutor: UnownedSerialExecutor { thread.asUnownedSerialExecutor() }

    init(_ configuration: PostgresConfiguration, logger: Logger) {
        self.configuration = configuration
        self.logger = logger
        statementTimeout = configuration.statementTimeout
        thread = ConnectionThread()
    }

    deinit {
        thread.stop()
    }

    /// Connects within the configuration's `connectTimeout`.
    /// - Throws: `PostgresError` of kind `connectionLost` when trying again may help, else `configuration`.
    package static func connect(
        _ configuration: PostgresConfiguration, logger: Logger
    ) async throws -> PostgresConnection {
        let connection = PostgresConnection(configuration, logger: logger)
        try await connection.open()
        return connection
    }

    private func open() async throws {
        try Task.checkCancellation()
        let wakeUp = try WakeUp()
        let flag = CancelFlag()
        let link = try await withTaskCancellationHandler {
            try Link.open(configuration, wakeUp: wakeUp, flag: flag, logger: logger)
        } onCancel: {
            flag.set()
            wakeUp.signal()
        }
        self.link = link
        condition.update(link)
    }

    /// Ends the session. Later calls throw `connectionLost`.
    package func close() {
        link = nil
        whyLost = "the connection was closed"
        condition.update(nil)
    }

    /// PostgreSQL's version as a number: 150018 for 15.18. 0 once the connection is lost.
    package var serverVersion: Int { link.map { Int(PQserverVersion($0.raw)) } ?? 0 }

    /// How patient a statement is: the server's own time-out comes first, if it has one.
    func patience(_ flag: CancelFlag?) -> Patience {
        let head: Duration = configuration.sessionDefaults && statementTimeout > .zero ? .seconds(1) : .zero
        return Patience(limit: statementTimeout + head, grace: configuration.answerGrace, flag: flag)
    }

    /// Runs the body on the connection; cancelling the task cancels what it runs there.
    func cancellable<Result: Sendable>(_ body: (Link, CancelFlag) throws -> Result) async throws -> Result {
        try Task.checkCancellation()
        let flag = CancelFlag()
        let wakeUp = try live().wakeUp
        return try await withTaskCancellationHandler {
            try onLink { try body($0, flag) }
        } onCancel: {
            flag.set()
            wakeUp.signal()
        }
    }

    /// Runs the body on the connection whatever becomes of the task: for what has to be said at the end.
    func onLink<Result>(_ body: (Link) throws -> Result) throws -> Result {
        let link = try live()
        defer { condition.update(self.link) }
        do {
            return try body(link)
        } catch let error as PostgresError where error.isConnectionLost {
            whyLost = error.message
            self.link = nil
            throw error
        }
    }

    private func live() throws -> Link {
        guard let link else { throw PostgresError.lost(whyLost) }
        return link
    }
}

/// What a pool needs to know about a connection without asking its thread.
final class Condition: Sendable {
    private enum State: UInt8 { case lost, idle, inTransaction }

    private let state = Atomic<UInt8>(State.lost.rawValue)
    private let backend = Atomic<Int32>(0)

    /// The server process of the session; 0 once it is lost.
    var backendPID: Int32 { isLost ? 0 : backend.load(ordering: .acquiring) }

    func update(_ link: Link?) {
        var now = State.lost
        if let link { backend.store(PQbackendPID(link.raw), ordering: .releasing) }
        if let link, PQstatus(link.raw) == CONNECTION_OK {
            now = PQtransactionStatus(link.raw) == PQTRANS_IDLE ? .idle : .inTransaction
        }
        state.store(now.rawValue, ordering: .releasing)
    }

    var isLost: Bool { state.load(ordering: .acquiring) == State.lost.rawValue }
    var isIdle: Bool { state.load(ordering: .acquiring) == State.idle.rawValue }
}
