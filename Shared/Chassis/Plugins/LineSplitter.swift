/// Cuts a stream of bytes into lines, none longer than `limit`.
struct LineSplitter {
    private var rest: [UInt8] = []
    private let limit: Int

    init(limit: Int) { self.limit = limit }

    /// The lines that `bytes` completes, without their newlines. Nil once a line is too long.
    mutating func lines(adding bytes: some Sequence<UInt8>) -> [[UInt8]]? {
        var complete: [[UInt8]] = []
        for byte in bytes {
            if byte == 10 {
                complete.append(rest)
                rest = []
            } else {
                guard rest.count < limit else { return nil }
                rest.append(byte)
            }
        }
        return complete
    }

    /// What stands behind the last newline, kept no longer.
    mutating func takeRest() -> [UInt8] {
        defer { rest = [] }
        return rest
    }
}
