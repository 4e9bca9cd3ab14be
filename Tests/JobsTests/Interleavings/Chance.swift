extension QueueModel {
    /// SplitMix64: the same seed, the same run. Its plain arithmetic costs little even without optimisation.
    struct Chance {
        private var state: UInt

        init(seed: Int) { state = UInt(bitPattern: seed) &* 0x9E37_79B9_7F4A_7C15 }

        mutating func next() -> UInt {
            state &+= 0x9E37_79B9_7F4A_7C15
            var mixed = state
            mixed = (mixed ^ (mixed &>> 30)) &* 0xBF58_476D_1CE4_E5B9
            mixed = (mixed ^ (mixed &>> 27)) &* 0x94D0_49BB_1331_11EB
            return mixed ^ (mixed &>> 31)
        }

        /// From 0 to `limit` - 1.
        mutating func below(_ limit: Int) -> Int {
            Int(bitPattern: ((next() &>> 32) &* UInt(bitPattern: limit)) &>> 32)
        }

        /// True once in `times`.
        mutating func once(in times: Int) -> Bool { below(times) == 0 }
    }
}
