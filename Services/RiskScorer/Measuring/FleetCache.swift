import Postgres
import Synchronization

/// The fleet as last measured by this process. Whoever finds it old measures it; the others wait for that.
actor FleetCache {
    /// What is usual among all accounts changes slowly.
    static let age: Duration = .seconds(900)

    private let measuring: Measuring
    private let pool: PostgresPool
    private let age: Duration
    private var last: (fleet: Fleet, at: ContinuousClock.Instant)?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isMeasuring = false

    init(_ measuring: Measuring, pool: PostgresPool, age: Duration = FleetCache.age) {
        self.measuring = measuring
        self.pool = pool
        self.age = age
    }

    /// The fleet, measured lately and on this UTC day by the server's clock. Call it with no connection in hand.
    func current() async throws -> Fleet {
        while isMeasuring { await withCheckedContinuation { waiting.append($0) } }
        let now = try await pool.withConnection { try await Moment.now(by: $0) }
        if let last, last.at.duration(to: .now) < age, last.fleet.today == now.today { return last.fleet }
        if isMeasuring { return try await current() }
        isMeasuring = true
        defer {
            isMeasuring = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let measuring = measuring
        let fleet = try await pool.withConnection { connection in
            try await measuring.fleet(try await Moment.now(by: connection), in: connection)
        }
        last = (fleet, .now)
        return fleet
    }

    /// What was measured before is not used again.
    func forget() { last = nil }
}
