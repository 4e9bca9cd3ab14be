import Chassis
import HTTPTypes
import Hummingbird
import Postgres

extension API {
    /// `GET /v1/playbooks`, `POST /v1/playbooks` (YAML), `POST /v1/playbooks/check`, `POST /v1/playbooks/{key}/enable`
    /// and `/disable`.
    func playbooks(_ group: RouterGroup<ServiceContext>) {
        group.get("playbooks") { [pool] _, _ in
            let entries = try await pool.withConnection { try await PlaybookStore.list(in: $0) }
            return try JSONAnswer.make(["items": entries])
        }
        group.post("playbooks") { request, _ in try await load(request, keeps: true) }
        group.post("playbooks/check") { request, _ in try await load(request, keeps: false) }
        group.post("playbooks/{key}/enable") { _, context in try await enable(context, true) }
        group.post("playbooks/{key}/disable") { _, context in try await enable(context, false) }
    }

    private struct LoadAnswer: Encodable {
        var playbook: String
        var outcome: String
        var version: Int32?
        var changes: [String]?
        var segments: [String]?
    }

    private struct FaultAnswer: Encodable {
        var code = "bad_playbook"
        var message: String
        var faults: [PlaybookFault]
    }

    /// Faults are answered with 422, one entry each.
    private func load(_ request: Request, keeps: Bool) async throws -> Response {
        let bytes = try await JSONAnswer.body(request, atMost: PlaybookReader.longestText)
        guard let source = String(validating: bytes, as: UTF8.self) else {
            throw HTTPProblem(.badRequest, code: "bad_body", "The body is no UTF-8: send the playbook's YAML.")
        }
        let playbook: Playbook
        do throws(PlaybookReader.Refused) {
            playbook = try PlaybookReader.read(source, file: "body")
        } catch {
            return try refusal(error.faults)
        }
        let item = PlaybookFiles.Read(file: "body", source: source, playbook: playbook)
        let unknown = try await pool.withConnection { connection in
            try await PlaybookReferences.unknownSegments([item], in: connection)
        }
        guard unknown.isEmpty else { return try refusal(unknown) }
        guard keeps else { return try JSONAnswer.make(LoadAnswer(playbook: playbook.key, outcome: "in order")) }
        let loaded = try await pool.transaction { connection in
            try await PlaybookStore.load(playbook, source: source, in: connection)
        }
        var answer = LoadAnswer(
            playbook: loaded.key, outcome: "unchanged", version: loaded.version, segments: loaded.segments)
        switch loaded.outcome {
        case .created: answer.outcome = "created"
        case .changed(let words): (answer.outcome, answer.changes) = ("changed", words)
        case .unchanged: break
        }
        return try JSONAnswer.make(answer, loaded.outcome == .created ? .created : .ok)
    }

    private func refusal(_ faults: [PlaybookFault]) throws -> Response {
        let message = faults.first?.description ?? "The playbook can't be read."
        return try JSONAnswer.make(FaultAnswer(message: message, faults: faults), .unprocessableContent)
    }

    private func enable(_ context: ServiceContext, _ enabled: Bool) async throws -> Response {
        let key = try context.parameters.require("key")
        let isKnown = try await pool.transaction { try await PlaybookStore.enable(key, enabled, in: $0) }
        guard isKnown else { throw API.unknownPlaybook(key) }
        return try JSONAnswer.make(Switched(playbook: key, enabled: enabled))
    }

    private struct Switched: Encodable {
        var playbook: String
        var enabled: Bool
    }

    static func unknownPlaybook(_ key: String) -> HTTPProblem {
        HTTPProblem(.notFound, code: "unknown_playbook", "There is no playbook \(key.prefix(100)).")
    }
}
