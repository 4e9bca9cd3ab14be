import Foundation
import TestBed

/// The Python with the clients that users install, unmodified. Without it their tests are skipped, in strict mode they fail.
enum Python {
    private static let environment = ProcessInfo.processInfo.environment
    static let path = environment["HOLDFAST_TEST_PYTHON"]
    static var isWanted: Bool { path != nil || environment["HOLDFAST_TEST_STRICT"] == "1" }
    static let words = "HOLDFAST_TEST_PYTHON names no Python with the clients of compose/requirements.txt"

    private static func program() throws -> String {
        guard let path else { throw TestBedError(words) }
        return path
    }

    /// Runs a script to its end; what it says where that isn't a good one.
    static func run(_ script: String) async throws -> String? {
        let (exit, output) = try await RunningProgram.run(try program(), ["-c", script])
        return exit == .code(0) ? nil : "\(exit): \(output)"
    }

    /// Starts a script.
    static func start(_ script: String) throws -> RunningProgram {
        try RunningProgram(try program(), ["-c", script])
    }
}

/// A client as a script makes it: `client`, with its failures in `failures`.
enum PythonClient: String, Sendable, CaseIterable {
    case segment, rudder, postHog, postHogV1, postHogV1Deflate

    /// Sends so many events of one name and ends when all are answered; fails where any was given up.
    func script(_ url: String, key: String, events: Int, event: String) -> String {
        let send =
            switch self {
            case .segment, .rudder:
                """
                for n in range(\(events)):
                    client.track('u%d' % (n % 7), '\(event)', {'n': n}, context={'groupId': 'acme'}, message_id='\(rawValue)-%d' % n)
                client.flush()
                """
            case .postHog, .postHogV1, .postHogV1Deflate:
                """
                for n in range(\(events)):
                    client.capture('\(event)', distinct_id='u%d' % (n % 7), properties={'n': n}, groups={'company': 'acme'})
                client.flush(timeout_seconds=None)
                """
            }
        return beginning(url, key: key) + send + Self.end
    }

    static let end = "\nclient.join()\nsys.exit('%r' % failures if failures else 0)\n"

    func beginning(_ url: String, key: String, _ rest: String = "") -> String {
        let note = "on_error=lambda error, items: failures.append(error)\(rest)"
        let made =
            switch self {
            case .segment:
                """
                from segment.analytics.client import Client
                client = Client('\(key)', host='\(url)', \(note))
                """
            case .rudder:
                """
                from rudderstack.analytics.client import Client
                client = Client('\(key)', host='\(url)', \(note))
                """
            case .postHog:
                """
                from posthog import Posthog
                client = Posthog('\(key)', host='\(url)', gzip=True, max_retries=10, flush_interval=0.2, \(note))
                """
            case .postHogV1:
                """
                from posthog import Posthog
                client = Posthog('\(key)', host='\(url)', capture_mode='v1', max_retries=10, flush_interval=0.2, \(note))
                """
            case .postHogV1Deflate:
                """
                from posthog import Posthog
                client = Posthog('\(key)', host='\(url)', capture_mode='v1', capture_compression='deflate', max_retries=10,
                                 flush_interval=0.2, \(note))
                """
            }
        return "import datetime, sys\nfailures = []\n\(made)\n"
    }
}
