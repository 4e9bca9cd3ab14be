import ArgumentParser
import Foundation

/// The one place where a command's errors become sentences on standard error and an exit code.
package enum Program {
    /// Runs a command's body. Errors that the argument parser explains (help, usage) pass through.
    package static func run(_ name: String, _ body: () async throws -> Void) async throws {
        signal(SIGPIPE, SIG_IGN)
        do {
            try await body()
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
