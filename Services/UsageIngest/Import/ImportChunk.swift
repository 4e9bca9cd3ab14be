/// The lines of a file that are written in one transaction.
struct ImportChunk: Sendable {
    /// Where it ends, once its transaction is committed.
    static let mostMessages = 5_000
    static let mostBytes = 4 << 20

    private(set) var parcels: [Parcel] = []
    /// Of each parcel's messages, the line that it stands on.
    private(set) var lines: [[Int]] = []
    private(set) var messages = 0
    private(set) var bytes = 0

    var isEmpty: Bool { messages == 0 }
    var isFull: Bool { messages >= Self.mostMessages || bytes >= Self.mostBytes }

    /// Adds the messages of one line. They share a parcel with those before where what stands beside them is the same.
    mutating func add(_ submission: Submission, _ format: String, line: Int, path: String, _ reception: Reception) {
        if parcels.last?.format != format || parcels.last?.envelope != submission.envelope {
            parcels.append(
                Parcel(
                    format: format, path: path, keyID: nil, receivedAt: reception.receivedAt,
                    envelope: submission.envelope))
            lines.append([])
        }
        let last = parcels.count - 1
        for item in submission.items.lazy.map(Self.dated) {
            let index = lines[last].count
            lines[last].append(line)
            messages += 1
            bytes += item.source.count
            do throws(Refusal) {
                let message = try item.reading.get()
                let entry = try reception.entry(for: message, position: line, repairs: item.repairs)
                parcels[last].entries.append(.init(index: index, entry: entry, source: item.source))
            } catch {
                let refusal = Refusal(place: "line \(line)\(error.place)", reason: error.reason)
                parcels[last].refused.append(.init(index: index, refusal: refusal, source: item.source))
            }
        }
    }

    /// A file's messages are taken at their word: when the file was sent says nothing of the sender's clock. One without a
    /// time can't be told from itself when the file comes again, nor counted for any day.
    static func dated(_ item: Submission.Item) -> Submission.Item {
        guard case .success(var message) = item.reading else { return item }
        message.sentAt = nil
        let untimed = Refusal(
            place: "", reason: "has no time: what comes in a file needs the time at which it happened")
        return Submission.Item(
            source: item.source, repairs: item.repairs,
            reading: message.time == nil ? .failure(untimed) : .success(message), id: item.id)
    }

    /// The verdict on each of these messages, with its line, in the order of the file.
    func verdicts(_ fates: [(origin: Batch.Origin, fate: Fate)]) -> [(line: Int, verdict: Verdict)] {
        let repairs = parcels.map { parcel in
            parcel.entries.reduce(into: [Int: [String]]()) {
                if !$1.entry.repairs.isEmpty { $0[$1.index] = $1.entry.repairs }
            }
        }
        let ordered = fates.sorted {
            $0.origin.parcel != $1.origin.parcel
                ? $0.origin.parcel < $1.origin.parcel : $0.origin.index < $1.origin.index
        }
        return ordered.map { origin, fate in
            (lines[origin.parcel][origin.index], Verdict(fate, repairs: repairs[origin.parcel][origin.index] ?? []))
        }
    }
}
