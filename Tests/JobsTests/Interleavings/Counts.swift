extension QueueModel {
    /// What a run may come across.
    enum Event: Int, CaseIterable {
        case lease, end, staleEnd, rollback, notification, missedSleeper, givenUp, buried, stray, databaseCrash,
            undoneLease
        case lostAnswer, lostRequest, lateRequest, zombie, kill, aloneRun, selfStop, step
    }

    /// How often each event was, so that a test can see that the scheduler goes everywhere.
    struct Counts {
        private var tally = [Int](repeating: 0, count: Event.allCases.count)

        subscript(event: Event) -> Int { tally[event.rawValue] }

        mutating func add(_ event: Event) { tally[event.rawValue] += 1 }

        mutating func add(_ other: Counts) {
            for event in Event.allCases { tally[event.rawValue] += other[event] }
        }
    }
}
