extension QueueModel {
    /// A few jobs or workers, by number, as bits: to look through tables of structs at every step would take too long.
    struct JobSet: Equatable {
        var bits = 0

        subscript(number: Int) -> Bool {
            get { bits & (1 &<< number) != 0 }
            set { if newValue { bits |= 1 &<< number } else { bits &= ~(1 &<< number) } }
        }

        var isEmpty: Bool { bits == 0 }
        var count: Int { bits.nonzeroBitCount }

        /// Takes the lowest number out.
        mutating func popFirst() -> Int? {
            if bits == 0 { return nil }
            let first = bits.trailingZeroBitCount
            bits &= bits &- 1
            return first
        }

        /// The lowest numbers, at most so many.
        func first(_ most: Int) -> JobSet {
            var rest = self
            var taken = JobSet()
            while taken.count < most, let number = rest.popFirst() { taken[number] = true }
            return taken
        }
    }
}
