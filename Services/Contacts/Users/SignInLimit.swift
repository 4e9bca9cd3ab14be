import Synchronization

/// Holds back who tries passwords: by name and by address, in this process. Failures are forgotten after a while.
final class SignInLimit: Sendable {
    static let window: Duration = .seconds(15 * 60)
    /// Failures within the window, after which a name or an address must wait.
    static let mostByName = 8
    static let mostByAddress = 40
    /// Names and addresses that are remembered.
    private static let mostEntries = 20_000

    private struct Failures {
        var count = 0
        var until: ContinuousClock.Instant
    }

    private let failures = Mutex<[String: Failures]>([:])
    private let now: @Sendable () -> ContinuousClock.Instant

    init(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) { self.now = now }

    /// Nil where an attempt may be made, else the seconds to wait.
    func admit(name: String, address: String) -> Int? {
        failures.withLock { failures in
            let waits = [("n:" + name, Self.mostByName), ("a:" + address, Self.mostByAddress)].compactMap { key, most in
                guard let entry = failures[key], entry.count >= most, entry.until > now() else {
                    return nil as Duration?
                }
                return now().duration(to: entry.until)
            }
            return waits.max().map { Int($0.components.seconds) + 1 }
        }
    }

    func failed(name: String, address: String) {
        failures.withLock { failures in
            if failures.count >= Self.mostEntries { failures = failures.filter { $0.value.until > now() } }
            // Full of live entries is an attack; forgetting them all would help it, so new names are not noted.
            for key in ["n:" + name, "a:" + address] where failures.count < Self.mostEntries || failures[key] != nil {
                var entry = failures[key] ?? Failures(until: now() + Self.window)
                if entry.until <= now() { entry = Failures(until: now() + Self.window) }
                entry.count += 1
                failures[key] = entry
            }
        }
    }

    func succeeded(name: String) {
        failures.withLock { $0["n:" + name] = nil }
    }
}
