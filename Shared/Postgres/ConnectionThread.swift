import Dispatch
import Foundation
import Synchronization

/// The thread on which one connection's actor runs, so that its calls to libpq may wait for the network without holding
/// up anyone else. (A serial `DispatchQueue` can't be an executor on Linux.)
final class ConnectionThread: SerialExecutor {
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var isStopped = false
    }

    private static let stackSize = 1 << 19

    private let inbox = Mutex(Inbox())
    private let arrivals = DispatchSemaphore(value: 0)

    /// Starts the thread. It keeps itself alive until `stop`.
    init() {
        let thread = Thread { self.run() }
        thread.stackSize = Self.stackSize
        thread.name = "postgres"
        thread.start()
    }

    func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        inbox.withLock { $0.jobs.append(job) }
        arrivals.signal()
    }

    /// Ends the thread once it has run what it was given.
    func stop() {
        inbox.withLock { $0.isStopped = true }
        arrivals.signal()
    }

    private func run() {
        while true {
            arrivals.wait()
            let (jobs, isStopped) = inbox.withLock { inbox in
                defer { inbox.jobs.removeAll(keepingCapacity: true) }
                return (inbox.jobs, inbox.isStopped)
            }
            for job in jobs { job.runSynchronously(on: asUnownedSerialExecutor()) }
            // Jobs are signalled one by one, so an empty inbox after `stop` means that none is left.
            if isStopped, inbox.withLock({ $0.jobs.isEmpty }) { return }
        }
    }
}
