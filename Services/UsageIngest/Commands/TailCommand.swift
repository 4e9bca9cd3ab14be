import ArgumentParser
import Chassis
import Foundation
import Model

/// `usage-ingest tail`: what comes in, as it is committed.
struct TailCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "tail",
        abstract: "Show what comes in as it is committed, and what went to quarantine, until Ctrl-C.",
        discussion: """
            A line each, the newest last: arrival, write key, what it is (an event, or an identify, group or alias call), \
            event, subject, the user who did it or is it too, when it happened, message id, and what was mended. Of a burst the \
            newest \(Tail.mostLines) are shown, and said so. A message out of quarantine \
            keeps the time at which it came, so that its replay is not shown. The key of events that a release before this \
            one took is not known.
            """)

    @Option(help: "Only by this write key: its first characters, as contacts key list shows them.") var key: String?
    @Option(help: "Only about this subject, or done by this user: the key as sent.") var subject: String?
    @Option(help: "Only events of this name.") var event: String?
    @Flag(help: "A JSON object a line.") var json = false
    @Option(help: "Also what came so long ago: 30s, 10m, 2h, 1d.") var since: String = "0s"
    @Flag(help: "End after the first look.") var once = false

    /// Between two looks; longer where a look takes long, so that it never costs more than a small part of a database.
    private static let pause: Duration = .milliseconds(500)
    private static let restPerWork = 9.0

    func run() async throws {
        guard let span = Span.seconds(since) else {
            throw ValidationError("--since is a number with s, m, h or d, such as 10m")
        }
        let (filter, json, once) = (TailFilter(key: key, subject: subject, event: event), json, once)
        try await Runtime.oneShot(.usageIngest) { runtime in
            try await untilInterrupted {
                var tail = Tail(pool: runtime.pool, filter: filter, since: span)
                while true {
                    let began = ContinuousClock.now
                    let look = try await tail.look()
                    guard Self.show(look, json: json) else { return }
                    if once || !Self.isStillRead() { return }
                    try await Task.sleep(for: max(Self.pause, began.duration(to: .now) * Self.restPerWork))
                }
            }
        }
    }

    /// False where standard output is a pipe whose reader is gone, so that this ends though nothing comes to be shown.
    private static func isStillRead() -> Bool {
        var output = pollfd(fd: STDOUT_FILENO, events: 0, revents: 0)
        return poll(&output, 1, 0) <= 0 || output.revents & Int16(POLLERR) == 0
    }

    /// False where nobody reads any more.
    private static func show(_ look: Tail.Look, json: Bool) -> Bool {
        guard !look.lines.isEmpty else { return true }
        if look.isCut {
            let note = "usage-ingest: more came at once than is shown; these are the newest.\n"
            try? FileHandle.standardError.write(contentsOf: Data(note.utf8))
        }
        let text = look.lines.map { (json ? $0.json : $0.text) + "\n" }.joined()
        return (try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8))) != nil
    }
}

/// A span of time as people write it.
enum Span {
    /// `90`, `30s`, `10m`, `2h`, `7d`; nil for anything else, and for more than a year.
    static func seconds(_ text: String) -> Int32? {
        let units: [Character: Int] = ["s": 1, "m": 60, "h": 3_600, "d": 86_400]
        let unit = text.last.flatMap { units[$0] }
        guard let number = Int(unit == nil ? text[...] : text.dropLast()), number >= 0 else { return nil }
        let (seconds, overflow) = number.multipliedReportingOverflow(by: unit ?? 1)
        return overflow || seconds > 366 * 86_400 ? nil : Int32(seconds)
    }
}
