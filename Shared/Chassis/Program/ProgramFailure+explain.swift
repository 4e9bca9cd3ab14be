import ArgumentParser
import Foundation
import Postgres
import Schema
import ServiceLifecycle

extension ProgramFailure {
    /// Any error as a sentence and an exit code, without stack and without secret.
    init(explaining error: any Error) {
        switch error {
        case let failure as ProgramFailure:
            self.init(failure.status, failure.sentences.map(Redaction.clean))
        case let error as PostgresError:
            self = ProgramFailure.database(error)
        case let mismatch as Schema.Mismatch:
            self.init(.configuration, "\(mismatch)")
        case is CancellationError:
            self.init(.temporary, "Stopped before it was done.")
        case let error as ServiceGroupError:
            self.init(.internalError, "A part of the program ended by itself: \(Redaction.clean("\(error)")).")
        case let error as any LocalizedError where error.errorDescription != nil:
            self.init(.badInput, Redaction.clean(error.errorDescription ?? ""))
        case let error as CocoaError:
            self.init(.badInput, Redaction.clean(error.localizedDescription))
        default:
            self.init(.internalError, Redaction.clean("\(error)"))
        }
    }

    private static func database(_ error: PostgresError) -> ProgramFailure {
        let text = Redaction.clean("\(error)")
        switch error.sqlState {
        case let state? where state.hasPrefix("28"):
            return ProgramFailure(
                .notAllowed, "The database does not let this role in; check user and password of its URL. \(text)")
        case "3D000": return ProgramFailure(.configuration, "The database of that name is not there. \(text)")
        case "42501": return ProgramFailure(.notAllowed, "The role may not do this. \(text)")
        case "53300": return ProgramFailure(.unavailable, "The database has no connection left. \(text)")
        case "53100": return ProgramFailure(.unavailable, "The database's disk is full. \(text)")
        default: break
        }
        switch error.kind {
        case .configuration: return ProgramFailure(.configuration, text)
        case .connectionLost: return ProgramFailure(.unavailable, "The database can't be reached. \(text)")
        case .poolExhausted: return ProgramFailure(.unavailable, text)
        default: return ProgramFailure(.internalError, text)
        }
    }
}
