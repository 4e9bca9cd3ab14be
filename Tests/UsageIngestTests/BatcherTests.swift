import Chassis
import HTTPTypes
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

    private func settle(_ tickets: [Ticket]) {
        for ticket in tickets {
            ticket.settle(.success(Array(repeating: .written, count: ticket.parcel.count)))
        }
    }

    @Test func oneThatComesAloneWaitsForNobody() async throws {
        let batcher = Batcher()
        async let taken = batcher.take()
        async let fates = batcher.write(parcel())
        let tickets = await taken
        #expect(tickets.count == 1)
        settle(tickets)
        #expect(try await fates == [.written])
    }

    @Test func thoseThatComeTogetherShareABatch() async throws {
        let batcher = Batcher()
        try await withThrowingTaskGroup(of: [Fate].self) { group in
            for _ in 0..<20 { group.addTask { try await batcher.write(parcel()) } }
            try await eventually("all have come") { batcher.waiting == 20 }
            let tickets = await batcher.take()
            #expect(tickets.count == 20)
            settle(tickets)
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
            while batcher.waiting > 0 {
                let tickets = await batcher.take()
                sizes.append(tickets.count)
                settle(tickets)
            }
            #expect(sizes.reduce(0, +) == 4 && sizes.count >= 3)
            try await group.waitForAll()
        }
    }

    @Test func whoGaveUpIsNotWritten() async throws {
        let batcher = Batcher()
        let given = Task { try await batcher.write(parcel()) }
        try await eventually("it has come") { batcher.waiting == 1 }
        given.cancel()
        await #expect(throws: CancellationError.self) { try await given.value }
        batcher.close()
        #expect(await batcher.take().isEmpty && batcher.isDone)
    }

    @Test func theEndIsSaidToWritersAndRequests() async throws {
        let batcher = Batcher()
        async let taken = batcher.take()
        batcher.close()
        #expect(await taken.isEmpty && batcher.isDone)
        let problem = await #expect(throws: HTTPProblem.self) { try await batcher.write(parcel()) }
        #expect(problem?.status == .serviceUnavailable)
    }
}
