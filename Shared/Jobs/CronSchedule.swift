/// A job that is enqueued again and again, once a tick over all processes. Of ticks that were missed, one is caught up. A
/// tick whose former job still waits or runs adds none.
package struct CronSchedule: Sendable, Equatable {
    let name: String
    let kind: String
    let line: String
    var timeZone = "UTC"

    /// At every whole multiple of a time since 2000-01-01 UTC.
    /// - Parameter every: whole seconds, from 1 second to 366 days.
    package static func every(_ every: Duration, kind: String, name: String? = nil) -> CronSchedule {
        precondition(every.components.attoseconds == 0 && (1...31_622_400).contains(every.components.seconds))
        return CronSchedule(name: name ?? kind, kind: kind, line: "@every \(every.components.seconds) seconds")
    }

    /// By the five fields of a cron line, or `@daily` and its like, on the wall clock of an IANA time zone. A time that the
    /// clock skips ticks at the moment after the gap; one that it shows twice ticks the first time alone, but in a line for
    /// every hour. A line that can't be read or never ticks keeps the worker from registering, and the log says why.
    package static func cron(
        _ line: String, timeZone: String = "UTC", kind: String, name: String? = nil
    ) -> CronSchedule {
        CronSchedule(name: name ?? kind, kind: kind, line: line, timeZone: timeZone)
    }
}
