import Postgres

extension Draft {
    /// Writes the drafts and answers a verdict for each, in order. Where the database refuses them all for one of them, they
    /// are halved until that one stands alone.
    static func writeEach(
        _ drafts: ArraySlice<Self>, _ origin: Origin, in connection: PostgresConnection
    ) async throws -> [Verdict] {
        if drafts.isEmpty { return [] }
        do {
            return try await connection.transaction { try await write(Array(drafts), origin, in: $0) }
        } catch let error as PostgresError {
            guard let refusal = error.refusal else { throw error }
            guard drafts.count > 1 else { return [.refused(refusal)] }
            let middle = drafts.startIndex + drafts.count / 2
            let first = try await writeEach(drafts[..<middle], origin, in: connection)
            return first + (try await writeEach(drafts[middle...], origin, in: connection))
        }
    }
}
