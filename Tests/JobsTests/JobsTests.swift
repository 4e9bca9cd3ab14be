// Over 200 lines: a worker's promises, one test each, share one bench.
import Foundation
import Jobs
import Model
import Postgres
import Synchronization
import TestBed
import Testing

@Suite struct JobWorkerTests {
    @Test func `a job enqueued in a transaction that rolls back never runs, one that commits runs once`() async throws {
        try await JobBench.with { bench in
            let ran = Mutex<[Int64]>([])
            var handlers = JobHandlers()
            handlers.on("greet") { job in ran.withLock { $0.append(job.id) } }
            struct Refused: Error {}
            _ = try? await bench.pool.transaction { connection in
                try await Queue.enqueue("greet", on: bench.queue, ["n": 0], in: connection)
                throw Refused()
            }
            let job = try await bench.enqueue("greet")
            try await bench.working(handlers) { try await bench.settled(job, as: "completed") }
            #expect(ran.withLock { $0 } == [job])
        }
    }

    @Test func `a handler's writes, its jobs and its completion commit together, with their cause`() async throws {
        try await JobBench.with { bench in
            var handlers = JobHandlers()
            handlers.on("first") { job in
                try await job.transaction { connection in
                    try await connection.execute("insert into crm.account (key, name) values ('a', 'A')")
                    try await Queue.enqueue("second", on: bench.queue, ["n": 2], in: connection)
                }
            }
            handlers.on("second") { _ in }
            let first = try await bench.enqueue("first")
            try await bench.working(handlers) {
                try await bench.settled(first, as: "completed")
                try await eventually("the second job is done") {
                    try await bench.database.owner.first(
                        "select from report.job where kind = 'second' and cause_job_id = \(first) and state = 'completed'"
                    ) != nil
                }
            }
            let accounts = try await bench.pool.first("select count(*) as n from crm.account")
            #expect(try accounts?["n"] == Int64(1))
        }
    }

    @Test func `a lost lease undoes the handler's writes`() async throws {
        try await JobBench.with { bench in
            let attempts = Mutex(0)
            var handlers = JobHandlers()
            handlers.on("write") { job in
                let attempt = attempts.withLock { count in
                    count += 1
                    return count
                }
                if attempt == 1 {
                    // The queue takes the job away, as it would from a worker that it gave up.
                    try await bench.database.owner.execute(
                        "update queue.lease set token = token + 1 where job_id = \(job.id)")
                }
                _ = try await job.transaction { connection in
                    try await connection.execute("insert into crm.account (key, name) values ('a', 'A')")
                }
            }
            let job = try await bench.enqueue("write")
            try await bench.working(handlers) {
                try await eventually("the first start ended") { attempts.withLock { $0 } == 1 }
                try await eventually("nothing was written") {
                    try await bench.places(of: job) == ["lease"]
                }
                let accounts = try await bench.pool.first("select count(*) as n from crm.account")
                #expect(try accounts?["n"] == Int64(0))
            }
        }
    }

    @Test func `an error is tried again, is a dead letter at last, and redrive revives it`() async throws {
        try await JobBench.with { bench in
            let works = Mutex(false)
            var handlers = JobHandlers()
            handlers.on("fragile") { _ in
                if !works.withLock({ $0 }) { throw JobFailure.retry(after: .zero, "not yet") }
            }
            let job = try await bench.enqueue("fragile", maxAttempts: 2)
            try await bench.working(handlers) {
                try await bench.settled(job, as: "dead")
                let letter = try await bench.database.owner.first("select attempt, error from queue.dead")
                #expect(try letter?["attempt"] == Int16(2))
                #expect(try letter?["error"] == "not yet")
                works.withLock { $0 = true }
                _ = try await bench.database.owner.first("select queue.redrive(\(bench.queue))")
                try await bench.settled(job, as: "completed")
            }
        }
    }

    @Test func `an unknown kind and a payload that does not decode are dead letters that say why`() async throws {
        try await JobBench.with { bench in
            var handlers = JobHandlers()
            handlers.on("typed") { job in _ = try job.payload(AccountsTouched.self) }
            let unknown = try await bench.enqueue("nobody-knows")
            let malformed = try await bench.enqueue("typed")
            try await bench.working(handlers) {
                try await bench.settled(unknown, as: "dead")
                try await bench.settled(malformed, as: "dead")
            }
            let errors = try await bench.database.owner.query("select error from queue.dead order by job_id")
                .map { try $0["error"] as String }
            #expect(
                errors == [
                    "contacts knows no jobs of kind nobody-knows; it knows typed",
                    "the payload is no AccountsTouched: /accounts is missing",
                ])
        }
    }

    @Test func `a worker that fell silent loses its jobs, and its late completion is refused`() async throws {
        try await JobBench.with { bench in
            let job = try await bench.enqueue("any")
            let silent = try await bench.pool.first(
                "select queue.register(\(bench.queue), 'elsewhere', 1, 'test') as id")
            let worker: Int64 = try #require(try silent?["id"])
            let claim = try await bench.pool.first("select token from queue.claim(\(worker), 1)")
            let token: Int64 = try #require(try claim?["token"])
            try await bench.database.owner.execute(
                "update queue.worker set seen_at = now() - interval '1 minute' where id = \(worker)")
            var handlers = JobHandlers()
            handlers.on("any") { _ in }
            try await bench.working(handlers) { try await bench.settled(job, as: "completed") }
            let late = try await bench.pool.first("select queue.complete(array[\(job)], array[\(token)]) as accepted")
            #expect(try late?["accepted"] == [Int64]())
            #expect(try await bench.places(of: job) == ["completed"])
        }
    }

    @Test func `a job that killed its worker three times is set apart`() async throws {
        try await JobBench.with { bench in
            let job = try await bench.enqueue("poison")
            for _ in 1...3 {
                let row = try await bench.pool.first("select queue.register(\(bench.queue), 'h', 1, 'test') as id")
                let worker: Int64 = try #require(try row?["id"])
                #expect(try await bench.pool.query("select * from queue.claim(\(worker), 1)").count == 1)
                _ = try await bench.database.owner.first("select queue.give_up(\(worker))")
            }
            #expect(try await bench.places(of: job) == ["dead"])
        }
    }

    @Test func `one unique key has one live job, and a schedule ticks once`() async throws {
        try await JobBench.with { bench in
            let first = try await bench.enqueue("once", uniqueKey: "k")
            #expect(try await bench.enqueue("once", uniqueKey: "k") == first)
            let ticks = Mutex(0)
            var handlers = JobHandlers()
            handlers.on("once") { _ in }
            handlers.on("tick") { _ in ticks.withLock { $0 += 1 } }
            try await bench.working(handlers, cron: [.every(.seconds(1), kind: "tick")]) {
                try await bench.settled(first, as: "completed")
                try await eventually("two ticks") { ticks.withLock { $0 } >= 2 }
            }
            #expect(try await bench.enqueue("once", uniqueKey: "k") != first)
        }
    }

    @Test func `a job is cancelled while it waits and while it runs`() async throws {
        try await JobBench.with { bench in
            let started = Mutex(false)
            var handlers = JobHandlers()
            handlers.on("long") { _ in
                started.withLock { $0 = true }
                try await Task.sleep(for: .seconds(60))
            }
            let waiting = try await bench.enqueue("long")
            _ = try await bench.database.owner.first("select queue.cancel(\(waiting))")
            #expect(try await bench.places(of: waiting) == ["cancelled"])
            let running = try await bench.enqueue("long")
            try await bench.working(handlers) {
                try await eventually("it runs") { started.withLock { $0 } }
                _ = try await bench.database.owner.first("select queue.cancel(\(running))")
                try await bench.settled(running, as: "cancelled")
            }
        }
    }

    @Test func `stopping in order gives running jobs back without counting the attempt`() async throws {
        try await JobBench.with { bench in
            let started = Mutex(false)
            var handlers = JobHandlers()
            handlers.on("long") { _ in
                started.withLock { $0 = true }
                try await Task.sleep(for: .seconds(600))
            }
            let job = try await bench.enqueue("long")
            try await bench.working(handlers) { try await eventually("it runs") { started.withLock { $0 } } }
            #expect(try await bench.places(of: job) == ["ready"])
            let ready = try await bench.database.owner.first("select attempt, crashes from queue.ready")
            #expect(try ready?["attempt"] == Int16(0))
            #expect(try ready?["crashes"] == Int16(0))
        }
    }
}
