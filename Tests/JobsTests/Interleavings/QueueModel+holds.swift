extension QueueModel {
    /// The start with that lease; -1 for none.
    mutating func start(_ serial: Int) -> Int {
        var place = starts.count - 1
        while place >= 0, starts[place].serial != serial { place -= 1 }
        return place
    }

    mutating func removeStart(_ place: Int) {
        let last = starts.removeLast()
        if place < starts.count { starts[place] = last }
    }

    /// Whether a worker has any start whose end the queue has not heard of.
    mutating func holds(_ number: Int) -> Bool {
        var place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number { return true }
            place -= 1
        }
        return false
    }

    /// Of how many starts of a worker the queue has not heard the end.
    mutating func held(_ number: Int) -> Int {
        var count = 0
        for start in starts where start.process == number { count += 1 }
        return count
    }

    /// How many starts of a worker have not ended.
    mutating func running(_ number: Int) -> Int {
        var count = 0
        var place = starts.count - 1
        while place >= 0 {
            if starts[place].process == number {
                switch starts[place].phase {
                case .running, .held, .stopping, .writing, .open, .committing: count += 1
                case .ended, .telling: break
                }
            }
            place -= 1
        }
        return count
    }
}
