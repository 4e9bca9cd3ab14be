import Foundation

/// Keeps the other processes of the same user out of this one: a plugin runs as the service's user, and could otherwise
/// read the database's password in `/proc/PID/environ`, or attach to the process as a debugger does. Who may trace
/// everybody (root, as a rule) still can. What the service starts is not concerned: a new program is open again.
enum ClosedMemory {
    /// `prctl` of Linux with up to four numbers.
    private typealias Control =
        @convention(c) (CInt, CUnsignedLong, CUnsignedLong, CUnsignedLong, CUnsignedLong) -> CInt

    /// `PR_SET_DUMPABLE` of `<sys/prctl.h>`, which Swift's Glibc leaves out.
    private static let setDumpable: CInt = 4

    /// Call it before a plugin runs. Throws a `ProgramFailure` where the system refuses.
    static func close() throws {
        // Looked up by name: Swift imports no C function that takes any number of arguments.
        guard let address = dlsym(nil, "prctl"),
            unsafeBitCast(address, to: Control.self)(setDumpable, 0, 0, 0, 0) == 0
        else {
            throw ProgramFailure(
                .notAllowed,
                "The system does not let the service close its memory to others (PR_SET_DUMPABLE): it needs Linux.")
        }
    }
}
