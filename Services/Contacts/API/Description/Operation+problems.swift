import HTTPTypes

extension Operation {
    /// All that it can answer to a request that was wrong, or came at the wrong time.
    var allProblems: [Problem] {
        var all = [
            Problem(
                status: .badRequest,
                codes: ["bad_request", "bad_path", "bad_query"]
                    + (body == nil ? [] : ["bad_json", "bad_body", "broken_body"])
                    + (isRepeatable ? ["bad_idempotency_key"] : []) + (method == .put ? ["bad_precondition"] : []),
                words: "It can't be read."),
            Problem(status: .notAcceptable, codes: ["not_acceptable"], words: "Accept shuts JSON out."),
            Problem(status: .internalServerError, codes: ["internal_error"], words: "The service failed."),
        ]
        if !isOpen {
            all += [
                Problem(
                    status: .unauthorized, codes: ["missing_key", "unknown_key"],
                    words: "There is no key, or it is unknown, has expired, or has another scope.")
            ]
            if method != .get {
                all.append(
                    Problem(status: .forbidden, codes: ["read_only_key"], words: "The key is of scope read."))
            }
            all += [
                Problem(status: .tooManyRequests, codes: ["too_many_requests"], words: "The key asks too often."),
                Problem(
                    status: .serviceUnavailable, codes: ["keys_unavailable", "timeout", "try_again"],
                    words: "The database can't be asked now, or took too long."),
            ]
        }
        // Whoever sends a query parameter that there is not is refused.
        all.append(
            Problem(
                status: .unprocessableContent, codes: [Refusal.invalid],
                words: "A value has not the shape that this description gives it; `field` says which."))
        if body != nil || bodyType != nil {
            all += [
                Problem(status: .contentTooLarge, codes: ["body_too_large"], words: "The body is too large."),
                Problem(
                    status: .unsupportedMediaType, codes: ["unsupported_media_type"],
                    words: "The body is declared to be something else than what is taken here."),
                .refusal("conflict", words: "It doesn't go together with what is there."),
            ]
        }
        if isConditional {
            all.append(
                Problem(
                    status: .preconditionFailed, codes: ["precondition_failed"],
                    words: "What If-Match or If-None-Match asks for is not so."))
        }
        if isRepeatable {
            all.append(
                .refusal("idempotency_key_reused", words: "The Idempotency-Key came before with another request."))
        }
        return all + problems
    }
}

extension Operation.Problem {
    /// RFC 9457, with what is ours.
    static let shape = Shape.named(
        "Problem",
        .object([
            .needed("type", .words, "urn:holdfast:problem: and the code"),
            .needed("title", .words, "the status in words"), .needed("status", .count(), "the status"),
            .needed("detail", .words, "what was expected, where, and what to do"),
            .needed("code", .words, "for programs"), .needed("message", .words, "the detail under its older name"),
            .optional("field", .words, "where in the request the fault is, such as orders[3].currency"),
        ]))
}
