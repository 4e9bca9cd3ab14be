/// PostHog's capture API, version 0, as its libraries for servers and for browsers speak it: one event, an array of them,
/// or `{"api_key", "batch": […], "historical_migration", "sent_at"}`, at any of the paths. What each event means is in
/// `PostHogEvent`, how browsers wrap it in `PostHogBody`.
struct PostHogCapture: IngestFormat {
    let name = "posthog"
    let paths = ["/batch", "/capture", "/e", "/track", "/engage", "/i/v0/e"]
    let queryKeys = ["api_key", "token"]
    let packsUnsaid = true

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let unwrapped = try PostHogBody(body)
        let batch = try BatchBody(unwrapped.json)
        // Of its profile calls, `/engage` names none.
        let unnamed = body.path == "/engage" ? "$identify" : nil
        var submission = Submission(key: unwrapped.form.first(of: queryKeys))
        if body.isMessage {
            let around = body.envelope.map(PostHogEnvelope.init) ?? PostHogEnvelope()
            submission.envelope = around.written
            submission.isHistorical = around.isHistorical
            submission.items = [
                batch.item { members throws(Refusal) in try PostHogEvent.message(members, around, unnamed: unnamed) }
            ]
            return submission
        }
        switch batch.document.value {
        case .array(let elements):
            let around = PostHogEnvelope(body.query)
            submission.key = submission.key ?? elements.first.flatMap(Self.key)
            submission.envelope = around.written
            submission.items = try batch.items(elements, at: []) { members throws(Refusal) in
                try PostHogEvent.message(members, around, unnamed: unnamed)
            }
        case .object(let object):
            let around = PostHogEnvelope(object, body.query)
            submission.key = submission.key ?? Self.key(.object(object))
            submission.envelope = around.written
            submission.isHistorical = around.isHistorical
            switch object["batch"] {
            case .array(let elements):
                submission.key = submission.key ?? elements.first.flatMap(Self.key)
                submission.items = try batch.items(elements, at: ["batch"]) { members throws(Refusal) in
                    try PostHogEvent.message(members, around, unnamed: unnamed)
                }
            case nil:
                submission.items = [
                    batch.item { members throws(Refusal) in
                        try PostHogEvent.message(members, around, unnamed: unnamed)
                    }
                ]
            default: throw UnreadableBody(place: "/batch", reason: "The body's batch is no array.")
            }
        default:
            throw UnreadableBody(place: "", reason: "The body is neither a JSON object nor an array of them.")
        }
        return submission
    }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? {
        .object(JSONObject([.init(name: "status", value: .number("1"))]))
    }

    /// The key beside the events, or in the first of them.
    private static func key(_ value: JSONValue) -> String? {
        guard case .object(let object) = value else { return nil }
        for name in ["api_key", "token", "$token"] {
            if case .string(let key) = object[name], !key.isEmpty { return key }
        }
        guard case .object(let properties) = object["properties"], case .string(let key) = properties["token"] else {
            return nil
        }
        return key
    }
}
