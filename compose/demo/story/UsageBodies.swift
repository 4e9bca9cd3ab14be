/// Packs messages into bodies for `POST /v1/import`, in the order in which they come.
struct UsageBodies {
    /// Fewer than the Segment API takes in one batch (2,500), so that a refused body is quickly sent again.
    static let mostMessages = 500
    /// Below the 500 KB that the Segment API takes, with room for what the sender adds.
    static let mostBytes = 450_000

    private static let opening = #"{"batch":["#
    private static let closing = "]}\n"
    private var text = opening
    private var messages = 0

    /// Takes one message. Returns the body before it when that is full.
    mutating func add(_ message: Message) -> String? {
        let json = message.json.rendered
        let wouldBe = text.utf8.count + 1 + json.utf8.count + Self.closing.utf8.count
        let full = messages == Self.mostMessages || wouldBe > Self.mostBytes ? finish() : nil
        if messages > 0 { text += "," }
        text += json
        messages += 1
        return full
    }

    /// The last body, or nil where nothing is left.
    mutating func finish() -> String? {
        guard messages > 0 else { return nil }
        let body = text + Self.closing
        text = Self.opening
        messages = 0
        return body
    }
}
