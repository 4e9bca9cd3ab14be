/// A way by which deliveries reach people and programs. A channel is one file in this folder and one line in
/// `Channels.all`; nothing else knows its name.
///
/// Composing and sending are apart, so that in the sandbox everything is rendered, signed and logged, and sending is
/// never even called.
protocol Channel: Sendable {
    /// As in `notify.channel`.
    var name: String { get }
    /// Whether the other side recognises a repeat by its id. Where it doesn't, a delivery whose outcome a crash hid is
    /// not tried again.
    var recognisesRepeats: Bool { get }
    /// Why the channel can't leave the sandbox, in a sentence; nil where it can.
    func obstacle(to settings: ChannelSettings) -> String?
    /// The bytes that would go out. Throws `ChannelRefusal` where there is something that must never go out.
    func compose(_ delivery: Delivery, _ settings: ChannelSettings, at second: Int64) throws -> Parcel
    /// Sends what was composed. Throws only where the task was cancelled.
    func send(_ parcel: Parcel) async throws -> AttemptResult
}

/// What goes out, complete.
struct Parcel: Equatable, Sendable {
    /// The endpoint's URL or the address.
    var destination: String
    var headers: [Header]
    var body: [UInt8]
    /// What was signed with, for the log of attempts.
    var signature: String?

    /// Where it goes and its headers, as the log of attempts shows them [at most 4,000 characters].
    var head: String {
        let lines = ["to " + destination] + headers.map { "\($0.name): \($0.value)" }
        return String(lines.joined(separator: "\n").prefix(4_000))
    }

    struct Header: Equatable, Sendable {
        let name: String
        let value: String
    }
}

/// Why a delivery can't go out by a channel, in a sentence; trying again is no use.
struct ChannelRefusal: Error, Equatable, CustomStringConvertible {
    let description: String
    init(_ words: String) { description = words }
}
