import Chassis
import Foundation
import Hummingbird
import Model
import NIOCore
import Postgres

/// A CSV file that comes as the body of a request: kept on disk while it is imported, as the command has it.
struct ImportUpload: Sendable {
    let kind: ImportKind
    let source: String
    let isHistory: Bool
    let map: [String: String]
    /// Values of fields that every line has and no column.
    let constants: [String: String]
    let encoding: ImportFile.Encoding
    let notation: Notation

    /// Imports the body, and answers what became of it. The same body again changes nothing; one that was broken off goes on
    /// where it stopped.
    /// - Throws: `Refusal` where it is no such file.
    func run(_ body: RequestBody, in pool: PostgresPool) async throws -> Importer.Outcome {
        try await kept(body, in: pool) { try await $0.run() }
    }

    /// How the first lines of the body would land; nothing is written.
    /// - Throws: `Refusal` where it is no such file.
    func preview(_ lines: Int, _ body: RequestBody, in pool: PostgresPool) async throws -> [Preview.Line] {
        try await kept(body, in: pool) { try await Preview(importer: $0).run(lines) }
    }

    private func kept<Result>(
        _ body: RequestBody, in pool: PostgresPool, _ work: (Importer) async throws -> Result
    ) async throws -> Result {
        let path = FileManager.default.temporaryDirectory.appending(path: "holdfast-\(UUID().uuidString).csv").path
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]),
            let handle = FileHandle(forWritingAtPath: path)
        else {
            throw ProgramFailure(
                .unavailable, "\(path) can't be written: free the disk, or set TMPDIR to another place.")
        }
        defer { try? FileManager.default.removeItem(atPath: path) }
        do {
            defer { try? handle.close() }
            for try await buffer in body { try handle.write(contentsOf: Data(buffer.readableBytesView)) }
        }
        do {
            let importer = Importer(
                kind: kind, file: try ImportFile(path: path, encoding: encoding, name: "(request)"), map: map,
                notation: notation, constants: constants, source: source, isHistory: isHistory, pool: pool,
                progress: ImportProgress { _ in })
            return try await work(importer)
        } catch let failure as ProgramFailure where failure.status == .badInput {
            throw Refusal(nil, failure.description, code: "bad_file")
        } catch let failure as ProgramFailure where failure.status == .temporary {
            throw Refusal(nil, failure.description, code: "under_way")
        }
    }
}
