import ArgumentParser
import Chassis
import Foundation

/// What commands say on standard output.
enum Output {
    /// A table with columns as wide as they need to be.
    static func table(_ heading: [String], _ rows: [[String]]) {
        let widths = heading.indices.map { column in
            ([heading] + rows).map { $0[column].count }.max() ?? 0
        }
        for row in [heading] + rows {
            let cells = zip(row, widths).map { $0.padding(toLength: max($1, $0.count), withPad: " ", startingAt: 0) }
            line(cells.joined(separator: "  ").trimmingCharacters(in: .whitespaces))
        }
    }

    static func line(_ text: String) { self.text(text + "\n") }

    /// Who reads may go away before the end, as head does: that is no fault.
    static func text(_ text: String) { try? FileHandle.standardOutput.write(contentsOf: Data(text.utf8)) }

    /// - Returns: false where who reads has gone away, and the rest need not be made.
    static func bytes(_ bytes: [UInt8]) throws -> Bool {
        var rest = bytes[...]
        while !rest.isEmpty {
            let written = rest.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
            if written > 0 {
                rest = rest.dropFirst(written)
            } else if errno == EPIPE {
                return false
            } else if errno != EINTR && errno != EAGAIN {
                throw ProgramFailure(
                    .temporary, "Standard output can't be written: \(String(cString: strerror(errno))).")
            }
        }
        return true
    }

    static func note(_ text: String) { try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8)) }
}

/// Checks a command's argument as a field of a body is checked, and says what is wrong in one sentence.
enum Given {
    static func checked<Value>(_ values: [String: String?], _ read: (Fields) throws -> Value) throws -> Value {
        do {
            return try read(Fields(values.compactMapValues { $0.map { .text($0) } }))
        } catch let refusal as Refusal {
            throw ProgramFailure(.usage, "\(refusal).")
        }
    }
    /// What the API would refuse, in one sentence.
    static func sentence<Value>(_ body: () async throws -> Value) async throws -> Value {
        do {
            return try await body()
        } catch let refusal as Refusal {
            throw ProgramFailure(.badInput, "\(refusal).")
        } catch let problem as HTTPProblem {
            throw ProgramFailure(.badInput, problem.message)
        }
    }
}
