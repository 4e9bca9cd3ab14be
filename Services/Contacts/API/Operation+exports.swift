import Chassis
import HTTPTypes
import Hummingbird
import NIOCore

extension Operation {
    /// Data out, as it is read: no answer is held in memory.
    static let exports: [Operation] = [
        Operation(
            method: .get, path: "/v1/export/{kind}", id: "exportRows",
            summary: "Read all rows of one kind, as CSV that an import takes back or as JSON lines",
            places: [.needed("kind", .choice(ExportKind.allCases.map(\.rawValue)), "what")],
            query: [
                .optional("format", .choice(ExportFeed.Format.allCases.map(\.rawValue)), "csv unless said otherwise"),
                segment,
                .optional("for_spreadsheets", .flag, "an apostrophe before cells that a spreadsheet would run"),
            ],
            answerTypes: ["text/csv", "application/x-ndjson"],
            answers: [Answer(words: "The rows.", shape: .words)],
            problems: [.refusal("unknown_segment", words: "There is no such segment.")]
        ) { call in
            guard let kind = ExportKind(rawValue: try call.place("kind")),
                let format = ExportFeed.Format(rawValue: call.query.text("format").value ?? "csv")
            else { throw HTTPProblem(.notFound, code: "unknown_kind", "There is nothing of this kind to export.") }
            let feed = try await ExportFeed(
                kind, format, segment: call.query.text("segment").value,
                cells: CSVCells(forSpreadsheets: call.query.flag("for_spreadsheets") ?? false), pool: call.pool)
            return stream(
                format == .csv ? "text/csv; charset=utf-8" : "application/x-ndjson",
                ResponseBody { writer in
                    var feed = feed
                    while let bytes = try await feed.next() { try await writer.write(ByteBuffer(bytes: bytes)) }
                    try await writer.finish(nil)
                })
        },
        Operation(
            method: .get, path: "/v1/segments/{key}/audience", id: "exportAudience",
            summary: "Read hashed addresses of a segment for an ad platform, of those alone who consent to it",
            places: [.needed("key", .key, "of the segment")],
            query: [.optional("topic", .form(.name), "of the consent that it needs; ads unless said otherwise")],
            answerTypes: ["text/csv"],
            answers: [Answer(words: "SHA-256 in hex, one line a person.", shape: .words)],
            problems: [.refusal("unknown_segment", words: "There is no such segment.")]
        ) { call in
            let audience = try await AdAudience(
                segment: try call.place("key"), topic: call.query.text("topic").value ?? "ads", pool: call.pool)
            return stream(
                "text/csv; charset=utf-8",
                ResponseBody { writer in
                    var audience = audience
                    let cells = CSVCells()
                    try await writer.write(ByteBuffer(string: cells.line(AdAudience.heading)))
                    while let lines = try await audience.next() {
                        try await writer.write(ByteBuffer(string: lines.map(cells.line).joined()))
                    }
                    try await writer.finish(nil)
                })
        },
    ]

    private static let segment = Field.optional("segment", .key, "only accounts in it, and what is theirs")

    private static func stream(_ type: String, _ body: ResponseBody) -> Response {
        Response(status: .ok, headers: [.contentType: type, .cacheControl: "no-store"], body: body)
    }
}
