import Foundation
import Synchronization

/// A log file that is renamed to `NAME.1` when full, `NAME.1` to `NAME.2` and so on. What can't be written is dropped,
/// and said once on standard error: a full disk must not stop a service.
final class LogFile: Sendable {
    private struct State {
        var descriptor: Int32 = -1
        var size = 0
        var failing = false
    }

    private let path: String
    private let maxBytes: Int
    private let keep: Int
    private let state = Mutex(State())

    /// Throws a `ProgramFailure` where the file can't be opened at start.
    init(path: String, maxBytes: Int, keep: Int) throws {
        self.path = path
        self.maxBytes = maxBytes
        self.keep = keep
        let failure = state.withLock { open(&$0) }
        if let failure {
            throw ProgramFailure(.configuration, "HOLDFAST_LOG_FILE \(path) can't be written: \(failure).")
        }
    }

    deinit { state.withLock { if $0.descriptor >= 0 { _ = close($0.descriptor) } } }

    func write(_ line: [UInt8]) {
        let complaint = state.withLock { state -> String? in
            if state.size + line.count > maxBytes, state.size > 0 { rotate(&state) }
            if state.descriptor < 0, let failure = open(&state) { return note(failure, &state) }
            guard let failure = writeAll(line, to: state.descriptor) else {
                state.size += line.count
                state.failing = false
                return nil
            }
            return note(failure, &state)
        }
        if let complaint { StandardError.write(Array("\(complaint)\n".utf8)) }
    }

    private func note(_ failure: String, _ state: inout State) -> String? {
        defer { state.failing = true }
        return state.failing
            ? nil : "The log file \(path) can't be written (\(failure)): its lines are lost until it can."
    }

    private func open(_ state: inout State) -> String? {
        let descriptor = Foundation.open(path, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o640)
        guard descriptor >= 0 else { return String(cString: strerror(errno)) }
        state.descriptor = descriptor
        state.size = max(0, Int(lseek(descriptor, 0, SEEK_END)))
        return nil
    }

    private func rotate(_ state: inout State) {
        if state.descriptor >= 0 { _ = close(state.descriptor) }
        state.descriptor = -1
        for number in stride(from: keep - 1, through: 1, by: -1) {
            rename("\(path).\(number)", "\(path).\(number + 1)")
        }
        rename(path, "\(path).1")
        state.size = 0
    }
}

/// Standard error, whole lines at a time.
enum StandardError {
    private static let lock = Mutex(())

    static func write(_ line: [UInt8]) {
        lock.withLock { _ in _ = writeAll(line, to: 2) }
    }
}

/// Writes all bytes or says why not.
private func writeAll(_ bytes: [UInt8], to descriptor: Int32) -> String? {
    var written = 0
    while written < bytes.count {
        let count = bytes.withUnsafeBytes {
            write(descriptor, $0.baseAddress?.advanced(by: written), $0.count - written)
        }
        if count < 0, errno == EINTR { continue }
        guard count > 0 else { return String(cString: strerror(errno)) }
        written += count
    }
    return nil
}
