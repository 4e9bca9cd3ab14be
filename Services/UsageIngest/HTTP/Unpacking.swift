import CZLib

/// How a body was packed, by its Content-Encoding.
enum Packing: Equatable {
    case none, gzip, deflate

    /// What every gzip file begins with.
    static let gzipMagic: [UInt8] = [0x1F, 0x8B]

    /// Nil for what we can't unpack.
    init?(_ header: String?) {
        switch header?.lowercased().filter({ $0 != " " && $0 != "\t" }) {
        case nil, "", "identity": self = .none
        case "gzip", "x-gzip": self = .gzip
        case "deflate": self = .deflate
        default: return nil
        }
    }
}

/// Why a packed body can't be unpacked.
enum UnpackingFailure: Error, Equatable {
    /// It would be larger than is allowed.
    case tooLarge
    /// It unpacks to so many times its size as no body of events does.
    case tooDense
    case corrupt
}

/// Unpacks gzip (also of several members) and deflate (with zlib's frame, or raw as some clients send it) piece by piece,
/// never holding more than the limit.
final class Inflation {
    private static let chunk = 64 << 10
    /// Events pack to a tenth or, where they are all alike, a hundredth of their size, zeros to a thousandth. From the
    /// given size on [bytes], what unpacks to more than that many times its size is no body of events.
    static let mostRatio = 200
    static let ratioCountsFrom = 1 << 20

    /// zlib keeps the address of its stream, so it must never move.
    private let stream: UnsafeMutablePointer<z_stream>
    private let limit: Int
    private let packing: Packing
    private let mostRatio: Int
    private var isBegun = false
    private var isEnded = false
    private(set) var output: [UInt8] = []
    private var received = 0

    init(_ packing: Packing, limit: Int, mostRatio: Int = Inflation.mostRatio) {
        self.packing = packing
        self.mostRatio = mostRatio
        self.limit = limit
        stream = .allocate(capacity: 1)
        stream.initialize(to: z_stream())
    }

    deinit {
        if isBegun { inflateEnd(stream) }
        stream.deinitialize(count: 1)
        stream.deallocate()
    }

    func add(_ input: [UInt8]) throws(UnpackingFailure) {
        guard let first = input.first else { return }
        if !isBegun { try begin(first) }
        received += input.count
        var rest = input[...]
        while !rest.isEmpty {
            if isEnded {
                // Another member of the same file; anything else after the end is no gzip.
                guard packing == .gzip, inflateReset(stream) == Z_OK else { throw .corrupt }
                isEnded = false
            }
            rest = rest.dropFirst(try inflate(rest))
        }
    }

    /// What is unpacked so far, which is forgotten here: for files of any length. Their limit is that of one piece.
    func takeOutput() -> [UInt8] {
        defer { (output, received) = ([], 0) }
        return output
    }

    /// Everything, once all has been added.
    func finish() throws(UnpackingFailure) -> [UInt8] {
        guard isEnded || !isBegun else { throw .corrupt }
        return output
    }

    private func begin(_ first: UInt8) throws(UnpackingFailure) {
        // A zlib frame begins with compression method 8; raw deflate hardly ever does.
        let isRaw = packing == .deflate && first & 0x0F != 8
        guard holdfast_inflate_init(stream, isRaw ? -15 : 15 + 32) == Z_OK else { throw .corrupt }
        isBegun = true
    }

    /// Unpacks some of it and returns how much was taken.
    private func inflate(_ input: ArraySlice<UInt8>) throws(UnpackingFailure) -> Int {
        let taken = min(input.count, Self.chunk)
        var piece = Array(input.prefix(taken))
        var status = Z_OK
        var left = taken
        repeat {
            // One byte past the limit tells "too large" from "just fits".
            let room = min(Self.chunk, limit + 1 - output.count)
            guard room > 0 else { throw .tooLarge }
            let step = run(&piece, from: taken - left, room: room)
            status = step.status
            guard status == Z_OK || status == Z_STREAM_END || status == Z_BUF_ERROR else { throw .corrupt }
            let isStuck = step.left == left && step.written == 0
            left = step.left
            guard output.count <= limit else { throw .tooLarge }
            guard output.count < Self.ratioCountsFrom || output.count / mostRatio <= received else {
                throw .tooDense
            }
            if isStuck || status == Z_STREAM_END { break }
            if left == 0 && step.written < room { break }
        } while true
        isEnded = status == Z_STREAM_END
        guard isEnded || left == 0 else { throw .corrupt }
        return taken - left
    }

    private func run(
        _ piece: inout [UInt8], from start: Int, room: Int
    ) -> (status: Int32, left: Int, written: Int) {
        var status = Z_OK
        var left = 0
        let produced: [UInt8] = Array(unsafeUninitializedCapacity: room) { target, count in
            piece.withUnsafeMutableBufferPointer { source in
                stream.pointee.next_in = source.baseAddress.map { $0 + start }
                stream.pointee.avail_in = UInt32(source.count - start)
                stream.pointee.next_out = target.baseAddress
                stream.pointee.avail_out = UInt32(room)
                status = CZLib.inflate(stream, Z_NO_FLUSH)
                left = Int(stream.pointee.avail_in)
                count = room - Int(stream.pointee.avail_out)
            }
        }
        output += produced
        return (status, left, produced.count)
    }
}
