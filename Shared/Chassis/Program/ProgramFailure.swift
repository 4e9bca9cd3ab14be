/// Why a program ends: one sentence for each fault, and an exit code. It never holds a secret's value.
package struct ProgramFailure: Error, Equatable, Sendable, CustomStringConvertible {
    /// Exit codes after sysexits.h, so that scripts can tell the cases apart.
    package enum Status: Int32, Sendable {
        /// The command line is wrong.
        case usage = 64
        /// What was given to work on is wrong: a file, a row.
        case badInput = 65
        /// Something needed is not there now: the database, a port.
        case unavailable = 69
        /// A defect of ours.
        case internalError = 70
        /// It did not stop in time, or may work when tried again.
        case temporary = 75
        /// The role or password may not do this.
        case notAllowed = 77
        /// The settings are wrong, or the database is not made for this version.
        case configuration = 78
    }

    package let status: Status
    package let sentences: [String]

    package init(_ status: Status, _ sentences: [String]) {
        self.status = status
        self.sentences = sentences
    }

    package init(_ status: Status, _ sentence: String) { self.init(status, [sentence]) }

    package var description: String { sentences.joined(separator: "\n") }
}
