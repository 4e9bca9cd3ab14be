import Model

/// Why a subscription was given up or a deal was lost, as it was said.
struct Loss: Sendable, Equatable {
    static let fields: [Field] = [
        .optional("loss_reason", .text(atMost: 200), "why it was lost: the key of one of the loss reasons"),
        .optional("loss_words", .text(atMost: longestWords, lines: true), "the same in the customer's words"),
        .optional("competitor", .text(atMost: 200), "to whom the customer goes"),
        .optional("competitor_offer", .text(atMost: 1_000, lines: true), "price and terms there"),
    ]
    static let none = Loss()

    /// One of the reasons to choose from.
    var reason: String?
    /// The same in the customer's words.
    var words: String?
    var competitor: String?
    /// Price and terms there.
    var offer: String?

    private init() {}

    init(reason: String?, words: String?, competitor: String?, offer: String?) {
        self.reason = reason
        self.words = words
        self.competitor = competitor
        self.offer = offer
    }

    init(_ fields: Fields) {
        reason = fields.text("loss_reason").value
        words = fields.text("loss_words").value
        competitor = fields.text("competitor").value
        offer = fields.text("competitor_offer").value
    }

    static let longestWords = 2_000

    /// What is kept of it for something that is lost, or why it can't be taken.
    /// - Parameters:
    ///   - before: what was said when it was lost before; it stands where nothing is said now.
    ///   - reasons: those to choose from, in their order.
    ///   - isHistory: nobody asked then; words that are no reason become words.
    func kept(_ what: String, before: Loss?, reasons: [String], isHistory: Bool) throws(Refusal) -> Loss {
        var kept = self
        if let reason {
            if reasons.contains(reason) { return kept }
            guard isHistory else {
                throw Refusal(
                    "loss_reason", Self.expected(reasons) + ", found “\(reason)”", code: "unknown_loss_reason")
            }
            let words = [reason, words].compactMap(\.self).joined(separator: ": ")
            kept.reason = nil
            kept.words = String(words.unicodeScalars.prefix(Self.longestWords))
            return kept
        }
        if let before, before.reason != nil {
            kept.reason = before.reason
            kept.words = words ?? before.words
            kept.competitor = competitor ?? before.competitor
            kept.offer = offer ?? before.offer
            return kept
        }
        guard isHistory else {
            throw Refusal(
                "loss_reason", "is missing, and \(what) needs one: " + Self.expected(reasons),
                code: "loss_reason_needed")
        }
        return kept
    }

    /// Nothing of it may be said of what is not lost.
    func refuseAny(_ what: String) throws(Refusal) {
        guard self != .none else { return }
        let said = [reason, words, competitor, offer]
        let field = zip(Self.fields.map(\.name), said).first { $1 != nil }?.0 ?? "loss_reason"
        throw Refusal(field, "says why something was lost, and \(what): leave it out", code: "not_lost")
    }

    private static func expected(_ reasons: [String]) -> String {
        reasons.isEmpty
            ? "expected a reason, and none is defined: PUT one to /v1/loss-reasons"
            : "expected one of \(reasons.joined(separator: ", "))"
    }
}
