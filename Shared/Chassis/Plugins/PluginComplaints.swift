import Logging

/// What a plugin writes to its standard error, in our log: cut lines, and no more than a few a minute.
struct PluginComplaints {
    static let linesAMinute = 60
    private static let lineLimit = 4 << 10

    private let logger: Logger
    private var line: [UInt8] = []
    private var minute = ContinuousClock.now
    private var count = 0
    private var dropped = 0

    init(logger: Logger) { self.logger = logger }

    mutating func add(_ bytes: some Sequence<UInt8>) {
        for byte in bytes {
            if byte == 10 {
                say()
            } else if line.count < PluginComplaints.lineLimit {
                line.append(byte)
            }
        }
    }

    mutating func finish() {
        if !line.isEmpty { say() }
        sayDropped()
    }

    private mutating func say() {
        defer { line = [] }
        if minute.duration(to: .now) > .seconds(60) {
            sayDropped()
            (minute, count) = (.now, 0)
        }
        count += 1
        guard count <= PluginComplaints.linesAMinute else {
            dropped += 1
            return
        }
        logger.warning("The plugin says: \(String(decoding: line, as: UTF8.self))")
    }

    private mutating func sayDropped() {
        if dropped > 0 { logger.warning("The plugin said more than is logged.", metadata: ["lines": "\(dropped)"]) }
        dropped = 0
    }
}
