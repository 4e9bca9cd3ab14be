import Logging

extension PostgresPool {
    /// A connection that was idle for longer is asked whether it is still there before it is lent.
    static let unquestioned: Duration = .seconds(1)
    /// After this long, it must answer a query.
    static let unpinged: Duration = .seconds(15)
    static let pingLimit: Duration = .seconds(2)

    func borrow() async throws -> PostgresConnection {
        try Task.checkCancellation()
        switch try await line.enter() {
        case .slot: return try await open()
        case .connection(let connection, let since):
            do {
                if try await isUsable(connection, since: since) { return connection }
            } catch {
                await giveBack(connection)
                throw error
            }
            await connection.close()
            return try await open()
        }
    }

    func giveBack(_ connection: PostgresConnection) async {
        if !connection.condition.isIdle, !connection.condition.isLost, await !connection.reset() {
            await connection.close()
        }
        if connection.condition.isLost {
            line.leave(broken: true)
        } else if !line.leave(connection) {
            await connection.close()
        }
    }

    private func isUsable(_ connection: PostgresConnection, since: ContinuousClock.Instant?) async throws -> Bool {
        let idle = since.map { $0.duration(to: .now) } ?? Self.unpinged
        if idle < Self.unquestioned { return true }
        if idle < Self.unpinged { return await connection.isAlive() }
        return try await connection.answers(within: Self.pingLimit)
    }

    /// Connects, over and over while the server is away, up to the limit. Holds a slot of the line, given up on failure.
    private func open() async throws -> PostgresConnection {
        let deadline = ContinuousClock.now + reconnectLimit
        var failures = 0
        do {
            while true {
                do {
                    let connection = try await PostgresConnection.connect(configuration, logger: logger)
                    opened(connection)
                    return connection
                } catch let error as PostgresError where error.isConnectionLost {
                    failures += 1
                    let delay = Backoff.delay(after: failures)
                    guard ContinuousClock.now + delay < deadline, !line.isShut else { throw error }
                    if failures == 1 { logger.warning("no connection, trying again: \(error)") }
                    try await Task.sleep(for: delay)
                }
            }
        } catch {
            line.leave(broken: false)
            throw error
        }
    }
}

extension PostgresConnection {
    /// False if the server has hung up, as far as one can tell without asking it.
    func isAlive() -> Bool {
        (try? onLink(\.isAlive)) ?? false
    }

    /// Whether the server answers a query in this time. Cancelling throws, everything else that goes wrong means no.
    func answers(within limit: Duration) async throws -> Bool {
        do {
            return try await cancellable { link, flag in
                guard link.isAlive else { return false }
                var patience = Patience(limit: limit, grace: .milliseconds(100), flag: flag)
                return try !link.run(script: "select 1", shown: "select 1", &patience).isEmpty
            }
        } catch is PostgresError {
            return false
        }
    }
}
