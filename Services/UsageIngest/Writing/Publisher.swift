import Jobs
import Logging
import Model
import Postgres
import ServiceLifecycle

/// Publishes `usage.recorded` for the subjects that were marked: at once if the last time is over a second ago, else
/// when the second is up. What a crash left marked is published by whichever process looks next.
struct Publisher: Service {
    /// The least time between two rounds of one process in which it published.
    static let pause: Duration = .seconds(1)
    /// Without a ring it looks this often for what others left.
    static let poll: Duration = .seconds(5)
    /// The most marks that one transaction takes.
    private static let mostMarks = 500

    private let pool: PostgresPool
    private let logger: Logger
    private let rings: AsyncStream<Void>
    private let bell: AsyncStream<Void>.Continuation

    init(pool: PostgresPool, logger: Logger) {
        self.pool = pool
        self.logger = logger
        (rings, bell) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(1))
    }

    /// There is something to publish.
    func ring() { bell.yield() }

    func run() async throws {
        bell.yield()
        await withTaskCancellationOrGracefulShutdownHandler {
            await withDiscardingTaskGroup { group in
                group.addTask {
                    while (try? await Task.sleep(for: Self.poll)) != nil { bell.yield() }
                }
                for await _ in rings {
                    do {
                        // A look that found nothing holds back nobody who comes right after it.
                        guard try await publishAll() else { continue }
                    } catch {
                        logger.warning("usage.recorded could not be published yet.", metadata: ["error": "\(error)"])
                    }
                    do { try await Task.sleep(for: Self.pause) } catch { break }
                }
                group.cancelAll()
            }
        } onCancelOrGracefulShutdown: {
            bell.finish()
        }
        // What the writers marked last: the next process would find it, but need not wait for one.
        do { try await publishAll() } catch { logger.info("Marks are left for the next process.") }
    }

    /// Publishes everything that is marked now. False where nothing was.
    @discardableResult
    func publishAll() async throws -> Bool {
        var published = false
        // At rest it looks, and does no more.
        guard try await pool.first("select from usage.mark limit 1") != nil else { return false }
        while true {
            let marks = try await publishSome()
            published = published || marks > 0
            guard marks == Self.mostMarks else { return published }
        }
    }

    private func publishSome() async throws -> Int {
        try await pool.transaction { connection in
            let rows = try await connection.query(
                """
                delete from usage.mark where id in (
                    select id from usage.mark order by id limit \(Self.mostMarks) for update skip locked)
                returning subjects
                """)
            let subjects = try rows.flatMap { row -> [Int64] in try row["subjects"] }
            try await Queue.publish(.usageRecorded, ids: subjects, in: connection) { SubjectsTouched(subjects: $0) }
            return rows.count
        }
    }
}
