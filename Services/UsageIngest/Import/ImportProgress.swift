import Foundation
import Synchronization

/// Says how far an import is: on a terminal in one line that is written over, elsewhere now and then in a line of its own.
final class ImportProgress: Sendable {
    private struct State {
        var began = ContinuousClock.now
        var said: ContinuousClock.Instant?
        var size: Int?
        var takenBefore: Int?
        var messagesBefore: Int?
    }

    private let isTerminal: Bool
    private let say: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(isTerminal: Bool, say: @escaping @Sendable (String) -> Void) {
        self.isTerminal = isTerminal
        self.say = say
    }

    /// On standard error.
    static func standard() -> ImportProgress {
        ImportProgress(isTerminal: isatty(STDERR_FILENO) == 1) {
            try? FileHandle.standardError.write(contentsOf: Data($0.utf8))
        }
    }

    func began(_ name: String, size: Int?) {
        state.withLock { $0 = State(size: size) }
        say("\(name == "-" ? "standard input" : name)\(size.map { ": \($0) bytes" } ?? "")\n")
    }

    func resumed(behind line: Int) { say("Going on behind line \(line), where this import was broken off.\n") }

    func changed() { say("The file has changed since an import of it was broken off: from its beginning.\n") }

    /// Some more is committed; `taken` bytes of the file, as it lies on disk, are read.
    func reached(_ tally: ImportTally, taken: Int) {
        let now = ContinuousClock.now
        let pause: Duration = isTerminal ? .milliseconds(250) : .seconds(5)
        let words = state.withLock { state -> String? in
            if let said = state.said, said.duration(to: now) < pause { return nil }
            state.said = now
            // What was done before it was broken off, or in the first chunk, says nothing of the rate.
            guard let messages = state.messagesBefore, let before = state.takenBefore else {
                (state.messagesBefore, state.takenBefore, state.began) = (tally.messages, taken, now)
                return Self.words(tally, rate: nil, left: nil)
            }
            let seconds = max(state.began.duration(to: now) / .seconds(1), 0.001)
            let rate = Double(tally.messages - messages) / seconds
            let left = state.size.flatMap { size in
                taken > before ? seconds / Double(taken - before) * Double(max(0, size - taken)) : nil
            }
            return Self.words(tally, rate: rate, left: left)
        }
        if let words { say(isTerminal ? "\r\u{1B}[K\(words)" : words + "\n") }
    }

    func ended(_ tally: ImportTally) { if isTerminal { say("\r\u{1B}[K") } }

    /// `line 120000: … (45000 messages/s, 2 min 5 s left)`
    static func words(_ tally: ImportTally, rate: Double?, left: Double?) -> String {
        var extra: [String] = []
        if let rate { extra.append("\(Int(rate)) messages/s") }
        if let left { extra.append("\(span(left)) left") }
        return "line \(tally.lines): \(tally)" + (extra.isEmpty ? "" : " (\(extra.joined(separator: ", ")))")
    }

    private static func span(_ seconds: Double) -> String {
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        return whole < 3_600 ? "\(whole / 60) min \(whole % 60) s" : "\(whole / 3_600) h \(whole / 60 % 60) min"
    }
}
