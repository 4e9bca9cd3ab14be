import ArgumentParser
import Foundation

/// The one place where a command's errors become sentences on standard error and an exit code.
package enum Program {
    /// Runs a command's body. Errors that the argument parser explains (help, usage) pass through.
    package static func run(_ name: String, _ body: () async throws -> Void) async throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            try await body()
            try flushOutput()
        } catch let exit as ExitCode {
            throw exit
        } catch let error as ValidationError {
            throw error
        } catch let exit as CleanExit {
            throw exit
        } catch {
            throw report(error, name)
        }
    }

    /// What `print` said is written at the end at the latest: a full disk must not look like success. Who reads may go away
    /// before the end, as head does: that is no fault.
    private static func flushOutput() throws {
        guard fflush(nil) != 0, errno != EPIPE else { return }
        throw ProgramFailure(
            .temporary, "Standard output can't be written: \(String(cString: strerror(errno))).")
    }

    /// Says what is wrong, one line each.
    static func report(_ error: any Error, _ name: String) -> ExitCode {
        let failure = ProgramFailure(explaining: error)
        for sentence in failure.sentences {
            let line = sentence.replacing("\n", with: " ")
            StandardError.write(Array("\(name): \(line)\n".utf8))
        }
        return ExitCode(failure.status.rawValue)
    }
}
