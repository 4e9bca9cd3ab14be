import Postgres
import Segments
import Synchronization

/// Saved segments, compiled, to be asked in one statement.
struct SegmentSet: Sendable {
    /// In the order of their ids.
    let segments: [StoredSegment]
    private let compiled: [CompiledSegment]

    var isEmpty: Bool { segments.isEmpty }

    /// All that can be compiled, or those of them that read one of these sources. What can't be is said of the segment, and
    /// its members stay as they are.
    static func load(
        reading sources: Set<Fact.Source>? = nil, in connection: PostgresConnection
    ) async throws -> SegmentSet {
        let stored = try await StoredSegment.all(in: connection)
        let fields = try await SegmentLibrary.fields(connection)
        let known = Definitions.compiled(stored, fields)
        if !known.faults.isEmpty {
            let names = known.faults.map(\.0)
            try await connection.execute(
                """
                update crm.segment s set fault = g.fault from unnest(\(names), \(known.faults.map(\.1))) as g (id, fault)
                where s.id = g.id and s.fault is distinct from g.fault
                """)
        }
        guard let sources else { return known.set }
        return known.set.filtered { !$1.sources.isDisjoint(with: sources) }
    }

    private init(_ pairs: [(StoredSegment, CompiledSegment)]) {
        segments = pairs.map(\.0)
        compiled = pairs.map(\.1)
    }

    init(_ segments: [StoredSegment], compiled: [CompiledSegment]) {
        self.segments = segments
        self.compiled = compiled
    }

    func only(_ keys: Set<String>) -> SegmentSet { filtered { segment, _ in keys.contains(segment.key) } }

    func only(ids: Set<Int64>) -> SegmentSet { filtered { segment, _ in ids.contains(segment.id) } }

    /// The most facts and values of one statement: PostgreSQL takes 1,664 columns and 65,535 parameters, of which a fact may
    /// need several.
    private static let (mostCalls, mostLiterals) = (1_500, 30_000)

    /// In parts of at most so many, and of no more than one statement can ask.
    func parts(of most: Int = .max) -> [SegmentSet] {
        var parts: [SegmentSet] = []
        var (start, calls, literals) = (0, 0, 0)
        for (place, segment) in compiled.enumerated() {
            let size = segment.size
            let isFull = place - start >= most || calls + size.calls > Self.mostCalls
            if place > start, isFull || literals + size.literals > Self.mostLiterals {
                parts.append(SegmentSet(Array(segments[start..<place]), compiled: Array(compiled[start..<place])))
                (start, calls, literals) = (place, 0, 0)
            }
            calls += size.calls
            literals += size.literals
        }
        if start < segments.count {
            parts.append(SegmentSet(Array(segments[start...]), compiled: Array(compiled[start...])))
        }
        return parts
    }

    /// Each account with the places of the segments that it is in: see `CompiledSegment.select`.
    func select(of scope: AccountScope) throws -> SQL { try CompiledSegment.select(compiled, of: scope) }

    /// The accounts that a single segment selects; nil where there are several.
    func selectOnly(of scope: AccountScope) throws -> SQL? {
        compiled.count == 1 ? try compiled.first?.select(of: scope) : nil
    }

    /// Writes down why they can't be asked.
    func note(_ error: PostgresError, in connection: PostgresConnection) async throws {
        try await connection.execute(
            "update crm.segment set fault = \(error.message) where id = any(\(segments.map(\.id)))")
    }

    private func filtered(_ isMeant: (StoredSegment, CompiledSegment) -> Bool) -> SegmentSet {
        SegmentSet(zip(segments, compiled).filter(isMeant).map { ($0, $1) })
    }

    /// What was compiled last, kept as long as nothing changes: two hundred expressions cost as much as asking them.
    private enum Definitions {
        struct Known: Sendable {
            let stored: [StoredSegment]
            let fields: [String: FactType]
            let set: SegmentSet
            let faults: [(Int64, String)]
        }

        private static let last = Mutex<Known?>(nil)

        static func compiled(_ stored: [StoredSegment], _ fields: [String: FactType]) -> Known {
            if let known = last.withLock(\.self), known.stored == stored, known.fields == fields { return known }
            let texts = Dictionary(stored.map { ($0.key, $0.expression) }) { first, _ in first }
            let library = SegmentLibrary(segments: texts, fields: fields)
            var pairs: [(StoredSegment, CompiledSegment)] = []
            var faults: [(Int64, String)] = []
            for segment in stored {
                do throws(SegmentError) {
                    pairs.append((segment, try Segment.compile(segment.expression, library: library, key: segment.key)))
                } catch {
                    faults.append((segment.id, error.description))
                }
            }
            let known = Known(stored: stored, fields: fields, set: SegmentSet(pairs), faults: faults)
            last.withLock { $0 = known }
            return known
        }
    }
}
