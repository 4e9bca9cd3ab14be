extension Parcel {
    /// Decides about each message; what is refused keeps its bytes, without the write key.
    mutating func add(_ items: [Submission.Item], _ reception: Reception, hiding key: String) {
        entries.reserveCapacity(items.count)
        for (index, item) in items.enumerated() {
            do throws(Refusal) {
                let message = try item.reading.get()
                let entry = try reception.entry(for: message, position: index, repairs: item.repairs)
                entries.append(Taken(index: index, entry: entry, source: item.source))
            } catch {
                refused.append(Refused(index: index, refusal: error, source: Secret.hidden(key, in: item.source)))
            }
        }
    }
}
