/// What a body says of all its events. What can't be read there is left out: it is no fault of an event.
struct PostHogEnvelope: Sendable {
    /// When the body was sent, by the sender's clock.
    var sentAt: UTCTime?
    /// Declared history.
    var isHistorical = false
    private var kept: [JSONObject.Member] = []

    /// - Parameter query: browsers say there when they sent it, as `_` in milliseconds.
    init(_ object: JSONObject = JSONObject(), _ query: FormFields = FormFields()) {
        let members = Members(object)
        sentAt = try? members.time("sent_at", "created_at")
        isHistorical = object["historical_migration"] == .bool(true)
        kept = object.members.filter { ["sent_at", "created_at", "historical_migration"].contains($0.name) }
        if sentAt == nil, let sent = query["_"].flatMap({ Int64($0) }), let time = UTCTime(unix: Double(sent)) {
            sentAt = time
            kept.append(JSONObject.Member(name: "sent_at", value: .number("\(sent)")))
        }
    }

    init(_ query: FormFields) { self.init(JSONObject(), query) }

    /// As it was kept beside an event in quarantine.
    init(_ written: [UInt8]) {
        guard case .object(let object) = (try? JSONParser.parse(written))?.value else {
            self.init()
            return
        }
        self.init(object)
    }

    var written: [UInt8] { JSONValue.object(JSONObject(kept)).written }
}
