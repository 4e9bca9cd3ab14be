import Chassis
import Postgres

/// What playbooks say about each other and about segments that they don't bring along.
enum PlaybookReferences {
    /// Two files with one playbook, or two playbooks that define one segment differently.
    static func clashes(_ read: [PlaybookFiles.Read]) -> [PlaybookFault] {
        var faults: [PlaybookFault] = []
        var playbooks: [String: String] = [:]
        var segments: [String: (segment: PlaybookSegment, file: String)] = [:]
        for item in read {
            if let other = playbooks.updateValue(item.file, forKey: item.playbook.key) {
                faults.append(
                    PlaybookFault(
                        file: item.file, line: 1, key: "playbook",
                        message: "\(item.playbook.key) is in \(other) too", expected: "each playbook in one file"))
            }
            for segment in item.playbook.segments {
                if let other = segments[segment.key], other.segment != segment {
                    faults.append(
                        PlaybookFault(
                            file: item.file, line: 1, key: "segments",
                            message: "\(segment.key) is another segment in \(other.file)",
                            expected: "the same name and expression, or another key"))
                }
                segments[segment.key] = (segment, item.file)
            }
        }
        return faults
    }

    /// Segments that are named, and neither brought along by one of these playbooks nor known to contacts.
    static func unknownSegments(
        _ read: [PlaybookFiles.Read], in connection: PostgresConnection
    ) async throws -> [PlaybookFault] {
        let stored: [String] = try await connection.query("select key from crm.segment").map { try $0["key"] }
        let known = Set(stored + read.flatMap { $0.playbook.segments.map(\.key) })
        return read.flatMap { item -> [PlaybookFault] in
            let named = item.playbook.watches + [item.playbook.trigger.crossing?.segment].compactMap(\.self)
            return Set(named).subtracting(known).sorted().map { segment in
                PlaybookFault(
                    file: item.file, line: line(of: segment, in: item.source), key: "segment",
                    message: "there is no segment \(segment)",
                    expected: "one that is under segments here, or that exists",
                    nearest: nearest(to: segment, among: known))
            }
        }
    }

    private static func line(of segment: String, in source: String) -> Int {
        let lines = source.split(separator: "\n", omittingEmptySubsequences: false)
        return (lines.firstIndex { $0.contains("segment: \(segment)") } ?? 0) + 1
    }
}
