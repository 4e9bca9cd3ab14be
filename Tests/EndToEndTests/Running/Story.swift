import Foundation
import Model
import Postgres
import TestBed

/// Some accounts with owners, contacts and a history of use, brought in as a customer would bring them.
struct Story {
    let holdfast: Holdfast
    let sender: Sender

    static let owner = "olena.koval"

    static func begin(_ holdfast: Holdfast, accounts: Int) async throws -> Story {
        let folder = FileManager.default.temporaryDirectory.appending(path: "story-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let keys = (1...accounts).map { "acme-\($0)" }
        func write(_ name: String, _ lines: [String]) throws -> String {
            let file = folder.appending(path: name)
            try lines.joined(separator: "\n").write(to: file, atomically: true, encoding: .utf8)
            return file.path()
        }
        let accountFile = try write(
            "accounts.csv", ["key,name,kind,owner"] + keys.map { "\($0),Acme \($0),company,\(owner)" })
        let contactFile = try write(
            "contacts.csv",
            ["account_key,contact_key,name,email,role,language,consents"]
                + keys.map { "\($0),u-\($0),User of \($0),\($0)@example.invalid,uses,en,mail:service=granted" })
        try await holdfast.run(.contacts, "import", "accounts", accountFile)
        try await holdfast.run(.contacts, "import", "contacts", contactFile)
        let key = try await holdfast.run(.contacts, "key", "add", "--name", "story", "--scope", "write")
        let written = key.split(whereSeparator: \.isWhitespace).first { $0.hasPrefix("hf_write_") }
        guard let written else { throw TestBedError("no key in: \(key)") }
        let story = Story(holdfast: holdfast, sender: Sender(address: holdfast.api(.usageIngest), key: String(written)))
        try await story.use(keys, days: 40)
        return story
    }

    /// Two events a working day for each account, as declared history, so that there is a habit to depart from.
    private func use(_ keys: [String], days: Int) async throws {
        var events: [Sender.Event] = []
        for key in keys {
            for day in 1...days {
                let at = Date.now.addingTimeInterval(Double(-day) * 86_400)
                for name in ["Report Viewed", "Project Created"] {
                    events.append(.init(name: name, user: "u-\(key)", account: key, at: at))
                }
            }
        }
        for start in stride(from: 0, to: events.count, by: 400) {
            let part = Array(events[start..<min(start + 400, events.count)])
            try await eventually("usage-ingest takes the history") {
                await sender.send(part, to: "/v1/import") == 200
            }
        }
    }
}
