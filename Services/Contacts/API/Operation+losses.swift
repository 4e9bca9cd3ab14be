import HTTPTypes
import Postgres

extension Operation {
    /// Why customers leave and deals are lost: the reasons to choose from.
    static let lossReasons: [Operation] = [
        all(
            "listLossReasons", at: "/v1/loss-reasons", "List the loss reasons in their order",
            .named(
                "LossReason",
                .record([
                    .needed("key", .words, "in bodies, files and segments"), .needed("name", .words, "in English"),
                    .needed("name_uk", .words, "in Ukrainian"), .needed("position", .count(), "place in lists"),
                    .needed("addressable", .flag, "true where something can be done about it"),
                ])), most: Int(LossReason.most)
        ) { _ in "select key, name, name_uk, position, addressable from crm.loss_reason order by position, key" },
        define(
            "loss reason", at: "/v1/loss-reasons/{key}", id: "LossReason", places: [key], body: LossReason.fields,
            problems: [.inUse]
        ) { call, body in
            let reason = try LossReason(try call.place("key"), body)
            let actor = call.origin.actor
            return { try await reason.write(by: actor, in: $0) }
        },
        remove(
            "loss reason", at: "/v1/loss-reasons/{key}", id: "LossReason", places: [key], problems: [.inUse]
        ) { call in
            let (key, actor) = (try call.place("key"), call.origin.actor)
            return { try await LossReason.remove(key, by: actor, in: $0) }
        },
    ]

    private static let key = Field.needed("key", .form(.fieldKey), "of the reason")
}

extension Operation.Problem {
    /// What bodies that say why something was lost may run into.
    static let loss = refusal(
        "loss_reason_needed", "unknown_loss_reason", "not_lost",
        words: "What is lost needs one of the loss reasons, and what is not has none.")
}
