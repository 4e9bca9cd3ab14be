import Chassis
import Hummingbird
import ServiceLifecycle

extension Serve {
    /// The parts of the service: partitions, publisher, the worker that erases, writers, and in front of them HTTP.
    static func build(_ runtime: Runtime) async throws -> [any Service] {
        let keptDays = try await KeptDays(pool: runtime.pool, logger: runtime.logger)
        let summed = try await SummedProperties(pool: runtime.pool, logger: runtime.logger)
        let publisher = Publisher(pool: runtime.pool, logger: runtime.logger)
        let batcher = Batcher()
        let store = EventStore(pool: runtime.pool)
        let writer = Writer(
            batcher: batcher, store: store, loops: runtime.settings[Settings.ingestWriters],
            onWritten: publisher.ring, logger: runtime.logger)
        let limit = runtime.settings[Settings.ingestMaxBodyBytes]
        let admission = Admission(
            mostBodies: runtime.settings[Settings.ingestMaxBodies],
            mostBytes: runtime.settings[Settings.ingestMaxBytesInHand])
        let routes = IngestRoutes(
            keys: runtime.keys, admission: admission, reader: BodyReader(limit: limit), batcher: batcher,
            keptDays: keptDays, summed: summed,
            crossOrigin: CrossOrigin(origins: runtime.settings[Settings.ingestCORSOrigins]),
            quota: Quota(pool: runtime.pool), validation: Validation(pool: runtime.pool))
        let router = Router(context: ServiceContext.self)
        routes.add(to: router)
        let folding = Folding(pool: runtime.pool, keptDays: keptDays, logger: runtime.logger)
        let settling = Settling(pool: runtime.pool, keptDays: keptDays, logger: runtime.logger)
        let counts = ReceptionFolding(pool: runtime.pool, logger: runtime.logger)
        let upkeep: [any Service] = [keptDays, summed, folding, settling, counts]
        let erasing: [any Service] = [
            Erasing.worker(runtime, subjects: store.subjects),
            ErasureWatch(pool: runtime.pool, subjects: store.subjects, logger: runtime.logger),
        ]
        return upkeep + erasing + [publisher, writer, runtime.httpServer(router, maxBodyBytes: limit)]
    }
}
