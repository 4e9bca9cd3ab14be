/// A job that is enqueued at every whole multiple of a time since 2000-01-01 UTC, once over all processes. Of ticks that
/// were missed, the latest alone is caught up. A tick whose former job still waits or runs adds none.
package struct CronSchedule: Sendable, Equatable {
    let name: String
    let kind: String
    let seconds: Int64

    /// - Parameter every: whole seconds, from 1 second to 366 days.
    package static func every(_ every: Duration, kind: String, name: String? = nil) -> CronSchedule {
        precondition(every.components.attoseconds == 0 && (1...31_622_400).contains(every.components.seconds))
        return CronSchedule(name: name ?? kind, kind: kind, seconds: every.components.seconds)
    }
}
