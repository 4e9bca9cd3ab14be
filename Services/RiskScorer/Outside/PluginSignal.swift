import Chassis
import Foundation
import Postgres

/// A signal that an external program measures: one line an account,
/// `{"id": 1, "account_key": "org-7", "as_of": "2026-05-28T12:00:00Z"}`, answered by
/// `{"id": 1, "status": "ok", "value": 0.4, "evidence": {"open": 3}, "words": "3 invoices are unpaid"}`.
///
/// `status` may be left out: ok with a value, no_data without. The manifest may state `title`, `about`, `weight` (0 to 5) and
/// `event` (true where one event alone switches it on).
struct PluginSignal: OutsideSignal {
    /// The most characters of words and bytes of evidence that are taken.
    static let wordsLimit = 300
    static let evidenceLimit = 4_096
    /// As many accounts are asked for by one call.
    static let batch = 500

    let plugin: ExternalPlugin
    let name: String
    let title: String
    let about: String
    let isEvent: Bool
    let weight: Double?

    /// Throws a `ProgramFailure` for a name or a detail of the manifest that no signal can have.
    init(_ plugin: ExternalPlugin, taken: Set<String>) throws {
        let manifest = plugin.manifest
        let place = "\(plugin.folder)/plugin.json"
        guard !manifest.name.contains("-"), !taken.contains(manifest.name) else {
            throw ProgramFailure(
                .configuration,
                "\(place): field name must have no - for a signal, and be none of \(taken.sorted().joined(separator: ", "))."
            )
        }
        let details = manifest.details
        weight = details["weight"]?.number
        let isWeight = weight.map { (0...RiskModel.largestWeight).contains($0) } ?? (details["weight"] == nil)
        let isFlag = details["event"] == nil || details["event"]?.bool != nil
        guard isWeight, isFlag else {
            throw ProgramFailure(
                .configuration, "\(place): field weight must be a number from 0 to 5, and event true or false.")
        }
        self.plugin = plugin
        name = manifest.name
        title = String((details["title"]?.string ?? name.replacing("_", with: " ")).prefix(100))
        about = String((details["about"]?.string ?? "The external program in \(plugin.folder).").prefix(1_000))
        isEvent = details["event"]?.bool ?? false
    }

    func measure(_ accounts: [Int64: String], asOf moment: Moment) async throws -> [Int64: Measurement] {
        let time = JSON.string(moment.at.formatted(.iso8601))
        let ordered = accounts.sorted { $0.key < $1.key }
        var found: [Int64: Measurement] = [:]
        for start in stride(from: 0, to: ordered.count, by: PluginSignal.batch) {
            let part = ordered[start..<min(start + PluginSignal.batch, ordered.count)]
            let answers = try await plugin.call(part.map { ["account_key": .string($0.value), "as_of": time] })
            for ((account, _), answer) in zip(part, answers) { found[account] = try PluginSignal.measurement(answer) }
        }
        return found
    }

    /// What an answer says. One that says nothing sensible makes the signal of this one account stale.
    static func measurement(_ answer: JSON) throws -> Measurement {
        let given = answer["status"]?.string
        guard
            let status = given == nil
                ? (answer["value"] == nil || answer["value"] == .null ? .noData : .ok)
                : given.flatMap(SignalStatus.init)
        else {
            let known = SignalStatus.allCases.map(\.rawValue).joined(separator: ", ")
            return Measurement(
                stale: "the program answered the status \(given?.prefix(50) ?? ""), which is none of \(known)")
        }
        let evidence = try evidence(answer)
        guard status == .ok else { return Measurement(without: status, evidence: evidence) }
        return answer["value"]?.number.flatMap { Measurement(value: $0, evidence: evidence) }
            ?? Measurement(stale: "the program answered a value that is no number from 0 to 1")
    }

    private static func evidence(_ answer: JSON) throws -> JSONText {
        var fields = answer["evidence"]?.object ?? [:]
        if let words = answer["words"]?.string {
            fields["words"] = .string(String(words.filter { !$0.isNewline && $0 != "\0" }.prefix(wordsLimit)))
        }
        let text = try JSONText(encoding: JSON.object(fields))
        // jsonb knows no NUL.
        guard text.text.utf8.count <= evidenceLimit, !text.text.contains("\\u0000") else {
            return JSONText(#"{"fault": "the evidence is over \#(evidenceLimit) bytes or has a NUL"}"#)
        }
        return text
    }
}
