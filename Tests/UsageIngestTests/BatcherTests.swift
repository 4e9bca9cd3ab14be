import Chassis
import HTTPTypes
import Synchronization
import TestBed
import Testing

@testable import UsageIngest

@Suite struct BatcherTests {
    private func parcel(_ messages: Int = 1, bytes: Int = 10) -> Parcel {
        let source = Array(repeating: UInt8(ascii: "x"), count: bytes)[...]
        let refusal = Refusal(place: "", reason: "test")
        var parcel = Parcel(
            format: "segment", path: "/v1/batch", keyID: nil, receivedAt: .now, envelope: nil)
        parcel.refused = (0..<messages).map { Parcel.Refused(index: $0, refusal: refusal, source: source) }
        return parcel
    }

    /// Takes a batch and writes it; how many tickets it had, nil at the end.
    private func take(_ batcher: Batcher) async -> Int? {
        let taken = Mutex(0)
        let goesOn = await batcher.take { tickets in
            taken.withLock { $0 = tickets.count }
            settle(tickets)
        }
        return goesOn ? taken.withLock { $0 } : nil
    }

    private func settle(_ tickets: [Ticket]) {
        for ticket in tickets {
            ticket.settle(.success(Array(repeating: .written, count: ticket.parcel.count)))
        }
    }

    @Test func oneThatComesAloneWaitsForNobody() async throws {
        let batcher = Batcher()
        async let taken = take(batcher)
        async let fates = batcher.write(parcel())
        #expect(await taken == 1)
        #expect(try await fates == [.written])
    }

    @Test func thoseThatComeTogetherShareABatch() async throws {
        let batcher = Batcher()
        try await withThrowingTaskGroup(of: [Fate].self) { group in
            for _ in 0..<20 { group.addTask { try await batcher.write(parcel()) } }
            try await eventually("all have come") { batcher.waiting == 20 }
            #expect(await take(batcher) == 20)
            for try await fates in group { #expect(fates == [.written]) }
        }
    }

    @Test func aBatchIsCutAtItsLimits() async throws {
        let batcher = Batcher()
        try await withThrowingTaskGroup(of: [Fate].self) { group in
            group.addTask { try await batcher.write(parcel(3_000)) }
            group.addTask { try await batcher.write(parcel(3_000)) }
            group.addTask { try await batcher.write(parcel(1, bytes: Batcher.mostBytes)) }
            group.addTask { try await batcher.write(parcel(20_000)) }
            try await eventually("all have come") { batcher.waiting == 4 }
            var sizes: [Int] = []
            while batcher.waiting > 0 { sizes.append(try #require(await take(batcher))) }
            #expect(sizes.reduce(0, +) == 4 && sizes.count >= 3)
            try await group.waitForAll()
        }
    }

    @Test func aBatchThatHangsHoldsUpNobody() async throws {
        let batcher = Batcher()
        let (hangs, letGo) = AsyncStream<Void>.makeStream()
        let hasBegun = Mutex(false)
        async let first = batcher.write(parcel())
        async let hung = batcher.take { tickets in
            hasBegun.withLock { $0 = true }
            for await _ in hangs {}
            settle(tickets)
        }
        try await eventually("the first is being written") { hasBegun.withLock { $0 } }
        async let second = batcher.write(parcel())
        #expect(await take(batcher) == 1)
        #expect(try await second == [.written])
        letGo.finish()
        #expect(await hung)
        #expect(try await first == [.written])
    }

    @Test func whoGaveUpIsNotWritten() async throws {
        let batcher = Batcher()
        let given = Task { try await batcher.write(parcel()) }
        try await eventually("it has come") { batcher.waiting == 1 }
        given.cancel()
        await #expect(throws: CancellationError.self) { try await given.value }
        batcher.close()
        #expect(await take(batcher) == 0)
        #expect(await take(batcher) == nil)
    }

    @Test func theEndIsSaidToWritersAndRequests() async throws {
        let batcher = Batcher()
        async let taken = take(batcher)
        batcher.close()
        #expect(await taken == nil)
        let problem = await #expect(throws: HTTPProblem.self) { try await batcher.write(parcel()) }
        #expect(problem?.status == .serviceUnavailable)
    }
}
