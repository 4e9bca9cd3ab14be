import HTTPTypes

/// CloudEvents 1.0.2 over HTTP: binary (attributes in `ce-` headers, the body is the data), structured
/// (`application/cloudevents+json`) and batched (`application/cloudevents-batch+json`). Where neither the content type nor
/// a header says that it is one of these, JSON is read by its shape: one event, or an array of them. What an event means
/// is in `CloudEvent`.
struct CloudEvents: IngestFormat {
    let name = "cloudevents"
    let paths = ["/v1/cloudevents"]

    func read(_ body: IngestBody) throws(UnreadableBody) -> Submission {
        let type = MediaType(body.headers[.contentType])
        switch type?.name {
        case "application/cloudevents-batch+json":
            let batch = try BatchBody(body.bytes)
            guard case .array(let elements) = batch.document.value else {
                throw UnreadableBody(place: "", reason: "The body is no JSON array.")
            }
            return Submission(items: try batch.items(elements, at: [], CloudEvent.message))
        case "application/cloudevents+json":
            let batch = try BatchBody(body.bytes)
            guard case .object = batch.document.value else {
                throw UnreadableBody(place: "", reason: "The body is no JSON object.")
            }
            return Submission(items: [batch.item(CloudEvent.message)])
        case let name? where name.hasPrefix("application/cloudevents"):
            throw UnreadableBody(
                kind: .foreign,
                reason: "Content-Type must be application/cloudevents+json or application/cloudevents-batch+json.")
        default:
            let binary = BinaryCloudEvent(body.headers)
            return binary.isThere
                ? try binary.read(body.bytes, type) : try byShape(body.bytes, isMessage: body.isMessage)
        }
    }

    private func byShape(_ bytes: [UInt8], isMessage: Bool) throws(UnreadableBody) -> Submission {
        let batch = try BatchBody(bytes)
        if isMessage { return Submission(items: [batch.item(CloudEvent.message)]) }
        switch batch.document.value {
        case .array(let elements): return Submission(items: try batch.items(elements, at: [], CloudEvent.message))
        case .object: return Submission(items: [batch.item(CloudEvent.message)])
        default: throw UnreadableBody(place: "", reason: "The body is neither a JSON object nor an array of them.")
        }
    }

    func answer(_ verdicts: [Verdict], to submission: Submission) -> JSONValue? { Verdict.list(verdicts) }
}
