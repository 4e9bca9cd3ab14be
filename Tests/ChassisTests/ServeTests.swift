// Over 200 lines: the life of a service from start to stop, one refusal after the other.
import AsyncHTTPClient
@testable import Chassis
import Foundation
import Hummingbird
import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle
import Synchronization
import TestBed
import Testing

/// A part of a service that notes its start and its stop.
private struct Noted: Service {
    let events: Events
    func run() async throws {
        events.add("started")
        try await gracefulShutdown()
        events.add("stopped")
    }
}

private final class Events: Sendable {
    private let list = Mutex<[String]>([])
    func add(_ event: String) { list.withLock { $0.append(event) } }
    var all: [String] { list.withLock { $0 } }
}

/// Runs a whole service group as `serve` does, asks its health port, stops it, and gives the error that it ended with. Without a body it is left to end by
/// itself.
private func serving(
    _ runtime: Runtime, _ events: Events = Events(), _ body: (@Sendable (ServedRouter) async throws -> Void)? = nil
) async throws -> ProgramFailure? {
    let hardStop = HardStop(service: "test")
    defer { hardStop.disarm() }
    let health = runtime.healthServer()
    let group = Serving.group(runtime, health: health, hardStop: hardStop) { _ in [Noted(events: events)] }
    return try await withThrowingTaskGroup(of: ProgramFailure?.self) { tasks in
        tasks.addTask {
            do {
                try await group.run()
                return nil
            } catch {
                return ProgramFailure(explaining: error)
            }
        }
        guard let body else { return try await tasks.next() ?? nil }
        let port = try await within(.seconds(20)) { await health.listening.port() }
        do {
            try await body(ServedRouter(port: port))
        } catch {
            await group.triggerGracefulShutdown()
            throw error
        }
        await group.triggerGracefulShutdown()
        return try await tasks.next() ?? nil
    }
}

@Suite struct ServeTests {
    @Test func serviceBecomesReadyAndStopsInOrder() async throws {
        try await TestDatabase.with { database in
            let runtime = try Runtime.testing(.contacts, url: database.url(as: "holdfast_contacts"))
            let events = Events()
            let failure = try await serving(runtime, events) { health in
                try await eventually("it is ready") { try await health.send("GET", "/readyz").status == 200 }
                let metrics = try await health.send("GET", "/metrics")
                #expect(metrics.status == 200)
            }
            #expect(failure == nil && events.all == ["started", "stopped"])
            #expect(await runtime.health.unreadiness() == "stopping")
        }
    }

    @Test func ownerAndForeignRolesAreRefusedWithTheRemedy() async throws {
        try await TestDatabase.with { database in
            for (role, words) in [
                ("holdfast", "owns the database"), ("holdfast_notifier", "does not serve as holdfast_notifier"),
            ] {
                let runtime = try Runtime.testing(.contacts, url: database.url(as: role))
                let failure = try await serving(runtime)
                #expect(failure?.status == .notAllowed && failure?.sentences.count == 1)
                #expect(failure?.description.contains(words) == true, "\(String(describing: failure))")
                #expect(
                    failure?.description.contains("HOLDFAST_CONTACTS_DATABASE_URL the role holdfast_contacts") == true)
            }
            let superuser = try Runtime.testing(.contacts, url: try database.superuser().url)
            #expect(try await serving(superuser)?.description.contains("is a superuser") == true)
        }
    }

    @Test func databaseThatIsNotMigratedIsRefused() async throws {
        try await TestDatabase.with { database in
            _ = try await database.owner.execute(
                "delete from holdfast.migration where number = (select max(number) from holdfast.migration)")
            let runtime = try Runtime.testing(.contacts, url: database.url(as: "holdfast_contacts"))
            let failure = try await serving(runtime)
            #expect(failure?.status == .configuration && failure?.description.contains("migrate") == true)
        }
    }

    @Test func unreachableDatabaseIsWaitedForAndSaidOnce() async throws {
        let said = Said()
        let runtime = try Runtime.testing(
            .contacts, url: "postgresql://holdfast_contacts:s3cret@127.0.0.1:1/x", said: said)
        let failure = try await serving(runtime) { health in
            try await eventually("it says why it is not ready") {
                try await health.send("GET", "/readyz").fields["reason"]?.hasPrefix("database: ") == true
            }
            let alive = try await health.send("GET", "/healthz")
            #expect(alive.status == 200)
        }
        #expect(failure == nil)
        #expect(said.all.components(separatedBy: "The database can't be reached").count == 2)
        #expect(!said.all.contains("s3cret"))
    }

    @Test func databaseOfTheWrongNameEndsTheStart() async throws {
        try await TestDatabase.with { database in
            let configuration = database.configuration(as: "holdfast_contacts").with(database: "no_such_database")
            let runtime = try Runtime.testing(.contacts, url: configuration.url)
            let failure = try await serving(runtime)
            #expect(failure?.status == .configuration && failure?.description.contains("no_such_database") == true)
        }
    }

    @Test func readinessIsLostWhenTheDatabaseIs() async throws {
        try await TestDatabase.with { database in
            let runtime = try Runtime.testing(.scheduler, url: database.url(as: "holdfast_scheduler"))
            let failure = try await serving(runtime) { health in
                try await eventually("it is ready") { try await health.send("GET", "/readyz").status == 200 }
                _ = try await database.owner.execute("update holdfast.compatibility set compatible_from = 30000")
                try await eventually("it is not ready") {
                    try await health.send("GET", "/readyz").fields["reason"]?.hasPrefix("database: ") == true
                }
            }
            #expect(failure == nil)
        }
    }

    @Test func aWorkerDoesAJobOfTheServicesQueue() async throws {
        try await TestDatabase.with { database in
            let runtime = try Runtime.testing(.scheduler, url: database.url(as: "holdfast_scheduler"))
            let (done, signal) = AsyncStream.makeStream(of: Int64.self)
            var handlers = JobHandlers()
            handlers.on("test.ping") { job in signal.yield(job.id) }
            let group = ServiceGroup(
                services: [runtime.pool, runtime.worker(handlers)], logger: runtime.groupLogger)
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let id = try await runtime.pool.withConnection {
                    try await Queue.enqueue("test.ping", on: "scheduler", [String: String](), in: $0)
                }
                var ids = done.makeAsyncIterator()
                #expect(await ids.next() == id)
                await group.triggerGracefulShutdown()
                try await tasks.waitForAll()
            }
        }
    }
}

@Suite struct KeyCheckTests {
    @Test func keysAreKnownByHashScopeAndEnd() async throws {
        try await TestDatabase.with { database in
            let (good, short, gone) = (Key.make(.write), Key.make(.api), Key.make(.api))
            _ = try await database.owner.execute(
                """
                insert into crm.api_key (name, scope, hint, hash, expires_at) values
                    ('good', 'write', 'x', \(Bytes(good.hash)), null),
                    ('short', 'api', 'x', \(Bytes(short.hash)), now() + interval '1 hour'),
                    ('gone', 'api', 'x', \(Bytes(gone.hash)), now() - interval '1 second')
                """)
            let keys = KeyCheck(pool: try await database.pool(as: .usageIngest))
            let identity = try await keys.check(good.plaintext, scope: .write)
            #expect(identity?.scope == .write && identity?.expiresAt == nil)
            #expect(try await keys.check(good.plaintext, scope: .api) == nil)
            #expect(try await keys.check(short.plaintext, scope: .api)?.expiresAt != nil)
            #expect(try await keys.check(gone.plaintext, scope: .api) == nil)
            #expect(try await keys.check("hf_write_00000000000000000000000000000000", scope: .write) == nil)
            #expect(try await keys.check("' or true --", scope: .write) == nil)
        }
    }

    @Test func answersAreRememberedForAWhile() async throws {
        try await TestDatabase.with { database in
            let key = Key.make(.api)
            let keys = KeyCheck(pool: try await database.pool(as: .contacts))
            _ = try await database.owner.execute(
                "insert into crm.api_key (name, scope, hint, hash) values ('k', 'api', 'x', \(Bytes(key.hash)))")
            #expect(try await keys.check(key.plaintext, scope: .api) != nil)
            _ = try await database.owner.execute("delete from crm.api_key")
            #expect(try await keys.check(key.plaintext, scope: .api) != nil)
            #expect(
                try await KeyCheck(pool: try await database.pool(as: .contacts)).check(key.plaintext, scope: .api)
                    == nil)
        }
    }

    @Test func middlewareLetsOnlyGoodKeysThroughAndTellsWhy() async throws {
        try await TestDatabase.with { database in
            let key = Key.make(.api)
            _ = try await database.owner.execute(
                "insert into crm.api_key (name, scope, hint, hash) values ('k', 'api', 'x', \(Bytes(key.hash)))")
            let keys = KeyCheck(pool: try await database.pool(as: .contacts))
            let router = Router(context: ServiceContext.self)
            router.group().add(middleware: KeyMiddleware(keys, scope: .api))
                .get("who") { _, context in "\(context.key?.scope.rawValue ?? "nobody")" }
            try await ServedRouter.with(router) { server in
                let none = try await server.send("GET", "/who")
                #expect(none.status == 401 && none.fields["code"] == "missing_key")
                #expect(none.headers["www-authenticate"] == "Bearer")
                let wrong = try await server.send("GET", "/who", headers: [("Authorization", "Bearer hf_api_00000000")])
                #expect(wrong.status == 401 && wrong.fields["code"] == "unknown_key")
                let basic = Data("\(key.plaintext):".utf8).base64EncodedString()
                for header in ["Bearer \(key.plaintext)", "Basic \(basic)"] {
                    let good = try await server.send("GET", "/who", headers: [("Authorization", header)])
                    #expect(good.status == 200 && good.body == "api")
                }
            }
        }
    }

    @Test func unreachableDatabaseIs503AndNot401() async throws {
        let url = "postgresql://holdfast_contacts@127.0.0.1:1/x"
        let pool = PostgresPool(
            try PostgresConfiguration(url: url), size: 1, reconnectLimit: .milliseconds(100), logger: Said().logger)
        let router = Router(context: ServiceContext.self)
        router.group().add(middleware: KeyMiddleware(KeyCheck(pool: pool), scope: .api)).get("who") { _, _ in "x" }
        try await ServedRouter.with(router) { server in
            let answer = try await server.send(
                "GET", "/who", headers: [("Authorization", "Bearer \(Key.make(.api).plaintext)")])
            #expect(answer.status == 503 && answer.fields["code"] == "keys_unavailable")
        }
    }
}
