import Logging
import Postgres

extension EventStore {
    /// Writes the batch. Where PostgreSQL refuses it for what one message holds, each half is tried by itself, down to
    /// the message, which goes to quarantine: it costs nobody else. The note is written with each part, and told whether
    /// that is the last.
    func settle(
        _ batch: Batch, _ logger: Logger, isLast: Bool = true, also note: PartNote? = nil
    ) async throws -> [(origin: Batch.Origin, fate: Fate)] {
        let partNote = note.map { note -> Note in { try await note($0, $1, isLast) } }
        do {
            return try await write(batch, also: partNote)
        } catch let error as PostgresError where error.isAboutContent {
            guard batch.rows.count > 1 else {
                let refusal = Refusal(place: "", reason: "PostgreSQL refused it: \(error.message)")
                logger.warning("A message was refused by PostgreSQL.", metadata: ["error": "\(error)"])
                return try await write(batch.refused(refusal), also: partNote)
            }
            let (left, right) = batch.halves
            return try await settle(left, logger, isLast: false, also: note)
                + settle(right, logger, isLast: isLast, also: note)
        }
    }

    /// What else is written with each part of a batch; true with the last.
    typealias PartNote = @Sendable (PostgresConnection, [(origin: Batch.Origin, fate: Fate)], Bool) async throws -> Void
}

extension PostgresError {
    /// The statement can't succeed with these values, however often it is tried.
    var isAboutContent: Bool {
        guard kind != .value else { return true }
        guard let state = sqlState, kind == .server else { return false }
        return ["22", "23", "54", "P0"].contains { state.hasPrefix($0) }
    }
}
