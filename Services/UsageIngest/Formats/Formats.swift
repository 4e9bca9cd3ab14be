/// All formats. To add one: its file in this folder, and a line here.
enum Formats {
    static let all: [any IngestFormat] = [
        SegmentTracking(),
        PostHogCapture(),
        PostHogCaptureV1(),
        CloudEvents(),
        OpenMeterEvents(),
        PlainEvents(),
        CSVRows(),
    ]

    static func named(_ name: String) -> (any IngestFormat)? { all.first { $0.name == name } }
}
