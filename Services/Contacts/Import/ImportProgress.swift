import Foundation
import Synchronization

/// Says on standard error how far an import is, at most twice a second.
final class ImportProgress: Sendable {
    private struct State {
        var kind = ""
        var began = ContinuousClock.now
        var said = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let say: @Sendable (String) -> Void

    init(say: @escaping @Sendable (String) -> Void = ImportProgress.toStandardError) { self.say = say }

    static let toStandardError: @Sendable (String) -> Void = { line in
        try? FileHandle.standardError.write(contentsOf: Data((line + "\n").utf8))
    }

    func began(_ file: ImportFile, _ header: Header) {
        state.withLock {
            $0.began = .now
            $0.said = .now
        }
        say("\(file.name): \(file.size) bytes")
        if !header.unused.isEmpty { say("columns that are not used: \(header.unused.joined(separator: ", "))") }
    }

    func resumed(behind line: Int) {
        if line > 0 { say("going on behind line \(line), where an earlier import of this file was broken off") }
    }

    func reached(line: Int, _ tally: Tally) {
        let rate = state.withLock { state -> Double? in
            guard state.said.duration(to: .now) > .milliseconds(500) else { return nil }
            state.said = .now
            let took = state.began.duration(to: .now)
            return Double(tally.lines)
                / max(Double(took.components.seconds) + 1e-18 * Double(took.components.attoseconds), 0.001)
        }
        if let rate { say("line \(line): \(tally) (\(Int(rate)) lines a second)") }
    }
}
