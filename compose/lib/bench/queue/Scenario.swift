import Foundation
import Jobs
import Postgres
import TestBed

/// One kind of faults.
struct Scenario: Sendable {
    let name: String
    /// Whether it takes jobs away from workers, so that the time until they have them again counts.
    var isTimed = false
    /// Workers beside the usual ones.
    var workers: @Sendable (ChaosBed) throws -> [Crew.Post] = { _ in [] }
    let faults: @Sendable (ChaosBed, _ end: ContinuousClock.Instant) async throws -> Void

    static let all = [killed, stopped, terminated, restarted, network, clock, exhausted, poison]

    private static func until(_ end: ContinuousClock.Instant, every pause: Duration, _ body: () async throws -> Void)
        async throws
    {
        repeat {
            try await Task.sleep(for: pause)
            try await body()
        } while ContinuousClock.now < end
    }

    /// kill -9 of workers at random.
    static let killed = Scenario(name: "kill -9", isTimed: true) { bed, end in
        repeat {
            var watches: [Task<Void, Never>] = []
            try await until(end, every: .milliseconds(1_500)) {
                guard let victim = bed.crew.programs.randomElement() else { return }
                // The one that polls holds none most of the time.
                watches.append(try await bed.timeRecovery(from: victim.processID, within: .milliseconds(300)))
                victim.signal(SIGKILL)
                bed.faulted()
            }
            for watch in watches { await watch.value }
        } while bed.goesOn(until: end)
    }

    /// One is stopped for longer than its liveness, and goes on as a zombie.
    static let stopped = Scenario(name: "SIGSTOP", isTimed: true) { bed, end in
        repeat {
            guard let victim = bed.crew.programs.first else { return }
            let watch = try await bed.timeRecovery(from: victim.processID)
            victim.signal(SIGSTOP)
            bed.faulted()
            try await Task.sleep(for: .seconds(9))
            victim.signal(SIGCONT)
            await watch.value
            try await Task.sleep(for: .seconds(2))
        } while bed.goesOn(until: end)
    }

    /// Sessions are ended at random.
    static let terminated = Scenario(name: "terminated backends") { bed, end in
        try await until(end, every: .milliseconds(300)) {
            _ = try await bed.pool.first(
                """
                select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'holdfast'
                order by random() limit 1
                """)
            bed.faulted()
        }
    }

    /// PostgreSQL is restarted in order, and as after a loss of power.
    static let restarted = Scenario(name: "PostgreSQL restarted") { bed, end in
        for mode in ["fast", "immediate"] {
            try await Task.sleep(for: .seconds(2))
            try bed.cluster.restart(mode)
            bed.faulted()
        }
        try await until(end, every: .seconds(6)) {
            try bed.cluster.restart("immediate")
            bed.faulted()
        }
    }

    /// A worker behind a network that stalls, drops and delays.
    static var network: Scenario {
        let proxies = Proxies()
        return Scenario(name: "network", isTimed: true) { bed in
            [Crew.Post(url: try proxies.make(bed))]
        } faults: { bed, end in
            guard let proxy = proxies.proxy else { return }
            try await Task.sleep(for: .seconds(1))
            repeat {
                proxy.delay(100)
                bed.faulted()
                try await Task.sleep(for: .seconds(2))
                proxy.delay(0)
                proxy.cut()
                bed.faulted()
                try await Task.sleep(for: .seconds(1))
                let far = bed.crew.programs.last.map(\.processID) ?? 0
                let watch = try await bed.timeRecovery(from: far)
                proxy.stall()
                bed.faulted()
                try await Task.sleep(for: .seconds(8))
                proxy.resume()
                await watch.value
            } while bed.goesOn(until: end)
        }
    }

    /// Workers whose clocks are an hour off, either way; one is killed.
    static let clock = Scenario(name: "clock an hour off", isTimed: true) { _ in
        try ["+3600s", "-3600s"].map { Crew.Post(environment: try FakeTime.environment($0)) }
    } faults: { bed, end in
        repeat {
            try await Task.sleep(for: .seconds(3))
            guard let victim = bed.crew.programs.suffix(2).randomElement() else { return }
            let watch = try await bed.timeRecovery(from: victim.processID)
            victim.signal(SIGKILL)
            bed.faulted()
            await watch.value
        } while bed.goesOn(until: end)
    }

    /// No connection is to be had, while those that are there are ended.
    static let exhausted = Scenario(name: "connections exhausted") { bed, end in
        repeat {
            var taken: [PostgresConnection] = []
            let configuration = bed.pool.configuration
            while taken.count < 200,
                let one = try? await PostgresConnection.connect(configuration, logger: Place.logger)
            {
                taken.append(one)
            }
            for _ in 0..<4 {
                _ = try? await taken.last?.first(
                    "select count(pg_terminate_backend(pid)) from pg_stat_activity where application_name = 'holdfast'")
                while let one = try? await PostgresConnection.connect(configuration, logger: Place.logger) {
                    taken.append(one)
                }
                bed.faulted()
                try await Task.sleep(for: .seconds(1))
            }
            for one in taken { await one.close() }
            try await Task.sleep(for: .seconds(4))
        } while ContinuousClock.now < end
    }

    /// Jobs that crash their process, among others.
    static let poison = Scenario(name: "poison") { bed, end in
        for _ in 0..<2 {
            try await bed.pool.transaction { connection in
                try await Queue.enqueue("chaos.poison", on: Place.queue, [String: String](), in: connection)
            }
            bed.faulted()
        }
        try await eventually(within: max(60, ContinuousClock.now.duration(to: end).seconds), "the poison is set apart")
        {
            let row = try await bed.pool.first("select count(*) as n from queue.dead where kind = 'chaos.poison'")
            return try row?["n"] ?? Int64(0) >= 2
        }
    }
}
