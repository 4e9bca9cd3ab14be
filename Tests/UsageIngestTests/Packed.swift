import CZLib

/// Bytes packed as clients pack them.
enum Packed {
    /// Window bits as zlib takes them: 31 is gzip, 15 a zlib frame, -15 raw deflate.
    static func bytes(_ plain: [UInt8], windowBits: Int32 = 31) -> [UInt8] {
        var stream = z_stream()
        let size = Int32(MemoryLayout<z_stream>.size)
        guard deflateInit2_(&stream, 6, Z_DEFLATED, windowBits, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION, size) == Z_OK
        else {
            return []
        }
        defer { deflateEnd(&stream) }
        var input = plain
        let room = plain.count + plain.count / 100 + 1_024
        return Array(unsafeUninitializedCapacity: room) { output, count in
            input.withUnsafeMutableBufferPointer { input in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                _ = deflate(&stream, Z_FINISH)
                count = room - Int(stream.avail_out)
            }
        }
    }
}
