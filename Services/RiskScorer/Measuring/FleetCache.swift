import Postgres

/// The fleet as last measured by this process. Whoever finds it old measures it; the others take the old one meanwhile, or wait
/// where there is none of today.
actor FleetCache {
    /// What is usual among all accounts changes slowly, but for an import. Measuring may take a fiftieth of the time.
    static let ages: ClosedRange<Duration> = .seconds(10) ... .seconds(900)
    static let ageByCost = 50

    private let measuring: Measuring
    private let pool: PostgresPool
    private let ages: ClosedRange<Duration>
    private var last: (fleet: Fleet, at: ContinuousClock.Instant, cost: Duration)?
    private var waiting: [CheckedContinuation<Void, Never>] = []
    private var isMeasuring = false

    init(_ measuring: Measuring, pool: PostgresPool, ages: ClosedRange<Duration> = FleetCache.ages) {
        self.measuring = measuring
        self.pool = pool
        self.ages = ages
    }

    /// The fleet, measured lately and on this UTC day by the server's clock. Call it with no connection in hand.
    func current() async throws -> Fleet {
        let now = try await pool.withConnection { try await Moment.now(by: $0) }
        // While somebody measures a large fleet anew, which takes its time, the former one is good enough.
        if let last, last.fleet.today == now.today,
            isMeasuring || last.at.duration(to: .now) < Self.age(last.cost, ages)
        {
            return last.fleet
        }
        if isMeasuring {
            await withCheckedContinuation { waiting.append($0) }
            return try await current()
        }
        isMeasuring = true
        defer {
            isMeasuring = false
            for continuation in waiting { continuation.resume() }
            waiting = []
        }
        let began = ContinuousClock.now
        let measuring = measuring
        let fleet = try await pool.transaction(.readOnly) { connection in
            try await measuring.fleet(try await Moment.now(by: connection), in: connection)
        }
        last = (fleet, .now, began.duration(to: .now))
        return fleet
    }

    /// For how long a fleet holds that took this long to measure.
    static func age(_ cost: Duration, _ ages: ClosedRange<Duration> = ages) -> Duration {
        min(max(cost * ageByCost, ages.lowerBound), ages.upperBound)
    }

    /// What was measured before is not used again.
    func forget() { last = nil }
}
