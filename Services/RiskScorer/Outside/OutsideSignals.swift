import Logging
import Metrics
import Postgres

/// All signals from outside: external programs, fixed at start, and operators' views, looked up anew for each full pass.
actor OutsideSignals {
    /// What scoring must know of them without asking them.
    struct Catalogue: Sendable, Equatable {
        var names: [String] = []
        var events: Set<String> = []
        var weights: [String: Double] = [:]
        var titles: [String: String] = [:]
    }

    private let programs: [any OutsideSignal]
    private let taken: Set<String>
    private let logger: Logger
    private(set) var all: [any OutsideSignal]
    private(set) var catalogue: Catalogue

    /// - Parameter taken: the names of the program's own signals.
    init(programs: [any OutsideSignal], taken: Set<String>, logger: Logger) {
        self.programs = programs
        self.taken = taken
        self.logger = logger
        all = programs
        catalogue = Self.catalogue(of: programs)
    }

    /// Looks the views up again. Without the database, those known before stay.
    func refresh(_ pool: PostgresPool) async throws {
        let known = taken.union(programs.map(\.name))
        let views = try await ViewSignal.find(in: pool)
        for view in views where known.contains(view.name) {
            logger.warning("\(view.relation) is left out: there is a signal of that name; rename the view")
        }
        all = programs + views.filter { !known.contains($0.name) }
        catalogue = Self.catalogue(of: all)
    }

    private static func catalogue(of signals: [any OutsideSignal]) -> Catalogue {
        signals.reduce(into: Catalogue()) { catalogue, signal in
            catalogue.names.append(signal.name)
            if signal.isEvent { catalogue.events.insert(signal.name) }
            catalogue.weights[signal.name] = signal.weight
            catalogue.titles[signal.name] = signal.title
        }
    }

    /// Asks every signal for every account. One that fails is stale for all of them; the others count.
    func measure(_ accounts: [Int64: String], asOf moment: Moment) async throws -> Measurements {
        let answers = await Self.answers(of: all, accounts, asOf: moment)
        try Task.checkCancellation()
        var measurements: Measurements = [:]
        for (signal, answer) in answers {
            if case .failure(let error) = answer {
                Counter(label: "signal_faults_total", dimensions: [("signal", signal)]).increment()
                logger.error(
                    "a signal could not be measured; accounts are scored without it",
                    metadata: ["signal": "\(signal)", "error": "\(error)"])
            }
            for account in accounts.keys {
                measurements[account, default: [:]][signal] =
                    switch answer {
                    case .success(let found): found[account] ?? Measurement(without: .noData)
                    // Operators know their view; the statement around it is ours.
                    case .failure(let error):
                        Measurement(stale: String(((error as? PostgresError)?.message ?? "\(error)").prefix(500)))
                    }
            }
        }
        return measurements
    }

    private nonisolated static func answers(
        of signals: [any OutsideSignal], _ accounts: [Int64: String], asOf moment: Moment
    ) async -> [String: Result<[Int64: Measurement], any Error>] {
        await withTaskGroup(of: (String, Result<[Int64: Measurement], any Error>).self) { group in
            for signal in signals {
                group.addTask {
                    do {
                        return (signal.name, .success(try await signal.measure(accounts, asOf: moment)))
                    } catch {
                        return (signal.name, .failure(error))
                    }
                }
            }
            var answers: [String: Result<[Int64: Measurement], any Error>] = [:]
            for await (name, answer) in group { answers[name] = answer }
            return answers
        }
    }

    private struct Evidence: Decodable { let words: String? }

    /// The words that came with the measurement, or its title and value.
    func words(of signal: String, value: Double, _ evidence: JSONText) -> String {
        if let words = try? evidence.decode(Evidence.self).words, !words.isEmpty { return String(words.prefix(300)) }
        return "\(catalogue.titles[signal] ?? signal): \(Words.percent(value))"
    }
}
