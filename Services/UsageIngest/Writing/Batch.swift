/// What one transaction writes: the messages of several parcels, flattened.
struct Batch: Sendable {
    /// Which message of which parcel.
    struct Origin: Sendable, Hashable {
        let parcel: Int
        let index: Int
    }

    struct Row: Sendable {
        let origin: Origin
        let taken: Parcel.Taken
    }

    struct Refused: Sendable {
        let origin: Origin
        let refused: Parcel.Refused
    }

    let parcels: [Parcel]
    var rows: [Row]
    var refused: [Refused]

    init(_ parcels: [Parcel]) {
        self.parcels = parcels
        rows = []
        refused = []
        for (number, parcel) in parcels.enumerated() {
            rows += parcel.entries.map { Row(origin: Origin(parcel: number, index: $0.index), taken: $0) }
            refused += parcel.refused.map { Refused(origin: Origin(parcel: number, index: $0.index), refused: $0) }
        }
    }

    /// Its messages in two parts; what goes to quarantine anyway goes with the first.
    var halves: (Batch, Batch) {
        let middle = rows.count / 2
        var (left, right) = (self, self)
        left.rows = Array(rows[..<middle])
        right.rows = Array(rows[middle...])
        right.refused = []
        return (left, right)
    }

    /// All its messages go to quarantine, for this reason.
    func refused(_ refusal: Refusal) -> Batch {
        var batch = self
        batch.rows = []
        batch.refused += rows.map { row in
            Refused(
                origin: row.origin,
                refused: Parcel.Refused(index: row.taken.index, refusal: refusal, source: row.taken.source))
        }
        return batch
    }
}
