/// PostHog's capture API, version 1: a Bearer key, `created_at` as the time of sending, and a result for each event by its
/// uuid. The client sends again what is `retry`; what is not in the answer counts as taken.
struct PostHogCaptureV1: IngestFormat {
    let name = "posthog-v1"
    let paths = ["/i/v1/analytics/events"]

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(body.bytes)
        if body.isMessage {
            let around = body.envelope.map(PostHogEnvelope.init) ?? PostHogEnvelope()
            let item = batch.item { members throws(Refusal) in try PostHogEvent.message(members, around) }
            return Submission(isHistorical: around.isHistorical, items: [item], envelope: around.written)
        }
        guard case .object(let object) = batch.document.value else {
            throw UnreadableBody(place: "", reason: "The body is no JSON object.")
        }
        let around = PostHogEnvelope(object)
        var submission = Submission(isHistorical: around.isHistorical, envelope: around.written)
        guard case .array(let elements) = object["batch"] else {
            throw UnreadableBody(place: "/batch", reason: "The body has no array named batch.")
        }
        submission.items = try batch.items(elements, at: ["batch"]) { members throws(Refusal) in
            try PostHogEvent.message(members, around)
        }
        for (index, element) in elements.enumerated() {
            if case .object(let event) = element, case .string(let id) = event["uuid"] {
                submission.items[index].id = id
            }
        }
        return submission
    }

    /// An event in quarantine is `drop`: sending it again would not help. One that was there already is `ok`.
    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? {
        var results: [JSONObject.Member] = []
        for (item, verdict) in zip(submission.items, verdicts) {
            guard let id = item.id else { continue }
            let word =
                switch verdict.status {
                case .accepted, .duplicate: "ok"
                case .repaired: "warning"
                case .quarantined: "drop"
                }
            var members = [JSONObject.Member(name: "result", value: .string(word))]
            if let reason = verdict.reason { members.append(.init(name: "details", value: .string(reason))) }
            results.append(.init(name: id, value: .object(JSONObject(members))))
        }
        return .object(JSONObject([.init(name: "results", value: .object(JSONObject(results)))]))
    }
}
