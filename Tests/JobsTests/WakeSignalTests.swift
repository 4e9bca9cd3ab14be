import Testing

@testable import Jobs

/// The worker sleeps by it: a bell that no longer waits would make it ask the database without end.
@Suite struct WakeSignalTests {
    private func time(_ bell: WakeSignal, _ limit: Duration) async -> Duration {
        await ContinuousClock().measure { await bell.wait(atMost: limit) }
    }

    @Test func waitsAgainAfterATimeThatRanOut() async {
        let bell = WakeSignal()
        for _ in 0..<3 { #expect(await time(bell, .milliseconds(40)) >= .milliseconds(40)) }
    }

    @Test func ringsAfterATimeThatRanOut() async {
        let bell = WakeSignal()
        await bell.wait(atMost: .milliseconds(5))
        async let ring: Void = bell.signal()
        #expect(await time(bell, .seconds(900)) < .seconds(300))
        await ring
    }

    @Test func aRingWhileNobodyWaitsIsKeptOnce() async {
        let bell = WakeSignal()
        bell.signal()
        bell.signal()
        #expect(await time(bell, .seconds(900)) < .seconds(300))
        #expect(await time(bell, .milliseconds(40)) >= .milliseconds(40))
    }

    @Test func cancellingEndsTheWait() async {
        let bell = WakeSignal()
        let took = await ContinuousClock().measure {
            await withTaskGroup(of: Void.self) { group in
                group.addTask { await bell.wait(atMost: .seconds(900)) }
                group.cancelAll()
            }
        }
        #expect(took < .seconds(300))
        bell.signal()
        #expect(await time(bell, .seconds(900)) < .seconds(300))
    }
}
