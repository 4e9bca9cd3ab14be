import Foundation
import Model
import Testing

@testable import UsageIngest

/// Broken files: whatever bytes come, each line is a message or a refusal with its line, and what is taken can be written.
@Suite struct ImportFuzzTests {
    private static let files: [[UInt8]] = [
        "\u{FEFF}event,user,time,id,rows,properties\r\ne,u,2026-11-01T00:00:00Z,1,5,\"{\"\"a\"\":[1]}\"\r\n\"a,\r\nb\",u,1795459265,,,\n",
        #"{"event":"e","user":"u","time":"2026-11-01"}"# + "\n\n" + #"{"type":"identify","userId":"u","timestamp":1}"#
            + "\r\n",
        #"{"batch":[{"type":"track","event":"e","userId":"u","timestamp":"2026-11-01"},5],"context":{"groupId":"g"}}"#
            + "\n",
    ].map { Array($0.utf8) }

    @Test(arguments: ImportFormat.allCases) func brokenFiles(_ format: ImportFormat) throws {
        let today = UTCTime.now.day
        let reception = Reception(
            receivedAt: .now, isHistorical: false, keptDays: today.advanced(by: -400)..<today.advanced(by: 60))
        let order = ImportRun.Order(file: "f", format: format, source: "s", map: [:], isHistorical: false)
        for seed in 0..<600 {
            var mutation = Mutation(seed: UInt64(seed))
            let bytes = mutation.broken(Self.files)
            let url = FileManager.default.temporaryDirectory.appending(path: "fuzz-\(UUID().uuidString)")
            try Data(bytes).write(to: url)
            defer { try? FileManager.default.removeItem(at: url) }
            guard let stream = try? ImportStream(path: url.path()), var records = try? ImportRecords(stream, order)
            else {
                continue
            }
            var chunk = ImportChunk()
            var last = 0
            while let record = try records.next() {
                #expect(
                    record.line > last && record.lastLine >= record.line && records.offset <= bytes.count,
                    "seed \(seed)")
                last = record.lastLine
                chunk.add(record.submission, record.format, line: record.line, path: "import/1", reception)
            }
            #expect(stream.digest(upTo: records.offset).count == 64 && chunk.messages <= bytes.count)
            for refused in chunk.parcels.flatMap(\.refused) {
                #expect(refused.refusal.place.hasPrefix("line "), "seed \(seed)")
            }
            for taken in chunk.parcels.flatMap(\.entries) {
                #expect(taken.entry.originalAt != nil && taken.entry.sentAt == nil, "seed \(seed)")
                #expect(try JSONParser.parse(taken.entry.content.bytes).repairs.isEmpty, "seed \(seed)")
            }
        }
    }
}
