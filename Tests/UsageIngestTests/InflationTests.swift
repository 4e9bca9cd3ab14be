import Testing

@testable import UsageIngest

@Suite struct InflationTests {
    private static let plain = Array(repeating: Array("Holdfast keeps customers. ".utf8), count: 20_000).flatMap(\.self)

    private func unpack(_ bytes: [UInt8], _ packing: Packing, limit: Int = 1 << 20, by step: Int = 7_919) throws
        -> [UInt8]
    {
        let inflation = Inflation(packing, limit: limit)
        for start in stride(from: 0, to: bytes.count, by: step) {
            try inflation.add(Array(bytes[start..<min(start + step, bytes.count)]))
        }
        return try inflation.finish()
    }

    @Test(arguments: [(31, "gzip"), (15, "deflate"), (-15, "deflate")], [1, 7_919, 1 << 20])
    func unpacks(_ packed: (bits: Int, header: String), _ step: Int) throws {
        let packing = try #require(Packing(packed.header))
        let bytes = Packed.bytes(Self.plain, windowBits: Int32(packed.bits))
        #expect(try unpack(bytes, packing, by: step) == Self.plain)
    }

    @Test func aFileOfTwoMembersIsOneBody() throws {
        let two = Packed.bytes(Array("one ".utf8)) + Packed.bytes(Array("two".utf8))
        #expect(try unpack(two, .gzip) == Array("one two".utf8))
        #expect(try unpack(two, .gzip, by: 1) == Array("one two".utf8))
    }

    @Test func aBombEndsAtTheLimit() {
        let bomb = Packed.bytes(Array(repeating: 0, count: 100 << 20))
        let inflation = Inflation(.gzip, limit: 1 << 20)
        #expect(throws: UnpackingFailure.tooLarge) { try inflation.add(bomb) }
        #expect(inflation.output.count <= 1 << 20 + 1)
    }

    /// Nothing that is sent unpacks to hundreds of times its size.
    @Test func whatIsTooDenseIsNoBody() {
        let bomb = Packed.bytes(Array(repeating: 0, count: 8 << 20))
        let inflation = Inflation(.gzip, limit: 100 << 20)
        #expect(throws: UnpackingFailure.tooDense) { try inflation.add(bomb) }
        #expect(inflation.output.count <= Inflation.ratioCountsFrom + Inflation.mostRatio * bomb.count + 65_536)
        let file = Inflation(.gzip, limit: 100 << 20, mostRatio: .max)
        #expect(throws: Never.self) { try file.add(bomb) }
        #expect(file.takeOutput().count == 8 << 20 && file.output.isEmpty)
    }

    @Test func theLimitItselfStillFits() throws {
        let bytes = Packed.bytes(Self.plain)
        #expect(try unpack(bytes, .gzip, limit: Self.plain.count).count == Self.plain.count)
        #expect(throws: UnpackingFailure.tooLarge) { try unpack(bytes, .gzip, limit: Self.plain.count - 1) }
    }

    @Test func damageIsCorrupt() {
        let bytes = Packed.bytes(Self.plain)
        let cases = [
            Array(bytes.dropLast(5)), bytes + [1, 2, 3], Array("{\"batch\":[]}".utf8),
            bytes.enumerated().map { $0.offset == bytes.count / 2 ? $0.element ^ 0x55 : $0.element },
        ]
        for damaged in cases {
            #expect(throws: UnpackingFailure.corrupt) { try unpack(damaged, .gzip) }
        }
    }

    @Test(
        arguments: [
            (nil, Packing.none), ("identity", .none), ("GZip", .gzip), ("x-gzip", .gzip), (" deflate ", .deflate),
        ] as [(String?, Packing)])
    func knowsEncodings(_ example: (header: String?, packing: Packing)) {
        #expect(Packing(example.header) == example.packing)
    }

    @Test(arguments: ["br", "zstd", "gzip, gzip", "identity, gzip"]) func refusesOthers(_ header: String) {
        #expect(Packing(header) == nil)
    }
}
