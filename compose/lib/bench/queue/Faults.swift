import Foundation
import Postgres
import Synchronization
import TestBed

/// The proxy of the scenario that needs one.
final class Proxies: Sendable {
    private let made = Mutex<StallingProxy?>(nil)

    var proxy: StallingProxy? { made.withLock { $0 } }

    /// The address of the database by a new proxy.
    func make(_ bed: ChaosBed) throws -> String {
        let proxy = try StallingProxy(to: bed.pool.configuration)
        made.withLock { $0 = proxy }
        return proxy.configuration(bed.pool.configuration).url
    }
}

/// A clock that is wrong, by Debian's libfaketime.
enum FakeTime {
    private static let library = "faketime/libfaketime.so.1"

    static func environment(_ offset: String) throws -> [String: String] {
        let folders = ["/usr/lib/x86_64-linux-gnu", "/usr/lib/aarch64-linux-gnu", "/usr/lib"]
        guard let path = folders.map({ "\($0)/\(library)" }).first(where: FileManager.default.fileExists) else {
            throw TestBedError("libfaketime is missing: apt-get install faketime")
        }
        return ["LD_PRELOAD": path, "FAKETIME": offset, "DONT_FAKE_MONOTONIC": "1"]
    }
}
