/// CloudEvents at the path of OpenMeter's clients. Those take 204 for success and nothing else, so that no verdict can be
/// told here: whoever wants one sends the same to `/v1/cloudevents`.
struct OpenMeterEvents: IngestFormat {
    let name = "openmeter"
    let paths = ["/api/v1/events"]

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission { try CloudEvents().read(body) }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? { nil }
}
