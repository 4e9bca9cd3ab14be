import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    /// The most orders of one body.
    private static let mostOrders = 1_000

    func addOrders(to api: Group) {
        api.put("orders/:key") { request, context in
            try await put(
                OrderDraft.self, "order", request, context, keyField: "order_key", allowed: OrderDraft.fields
            ) { key in "select to_jsonb(o) from crm.account_order o where key = \(key)" }
        }
        api.post("orders") { request, context in try await postOrders(request, context) }
        api.put("subscriptions/:key") { request, context in
            try await put(
                SubscriptionDraft.self, "subscription", request, context, keyField: "subscription_key",
                allowed: SubscriptionDraft.fields
            ) { key in "select to_jsonb(s) from crm.current_subscription s where key = \(key)" }
        }
    }

    /// Writes one thing by its key, and what changed into the audit. `row` is the statement that shows it as jsonb.
    private func put<Item: Draft>(
        _ type: Item.Type, _ noun: String, _ request: Request, _ context: ContactsContext, keyField: String,
        allowed: [String], row: (String) -> SQL
    ) async throws -> Response {
        let key = try context.piece("key")
        var fields = try await JSONBody.fields(request)
        try fields.allow(only: allowed)
        fields.set(keyField, .text(key))
        let draft = try Item(fields)
        let shown = row(draft.key)
        let origin = origin(context)
        let verdict = try await pool.transaction { connection in
            try await Audit.change(origin.actor, "put", "\(noun) \(draft.key)", row: shown, in: connection) {
                try await draft.write(origin, in: connection)
            }
        }
        return try JSONBody.answer(verdict, key: draft.key)
    }

    /// What became of one order of many.
    private struct OrderResult: Encodable {
        let key: String?
        let result: String
        var field: String?
        var message: String?
    }

    /// `{"orders": […]}`: each gets a verdict of its own; those that can be taken are taken.
    private func postOrders(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let body = try await JSONBody.fields(request)
        try body.allow(only: ["orders"])
        guard let items = try body.objects("orders", atMost: Self.mostOrders) else {
            throw Refusal("orders", "is missing: expected a list of at most \(Self.mostOrders) orders")
        }
        var results = items.map { OrderResult(key: try? $0.key("order_key"), result: "unchanged") }
        var drafts: [(place: Int, draft: OrderDraft)] = []
        var keys: Set<String> = []
        for (place, fields) in items.enumerated() {
            do {
                try fields.allow(only: OrderDraft.fields)
                let draft = try OrderDraft(fields)
                guard keys.insert(draft.key).inserted else {
                    throw fields.refusal("order_key", "stands twice in this body: send each order once")
                }
                drafts.append((place, draft))
            } catch let refusal as Refusal {
                results[place] = refused(results[place], refusal)
            }
        }
        let (taken, origin) = (drafts.map(\.draft), origin(context))
        let verdicts = try await pool.transaction { connection in
            let verdicts = try await OrderDraft.write(taken, origin, in: connection)
            let changed = zip(taken, verdicts).filter { $1 == .made || $1 == .changed }.map(\.0.key)
            if !changed.isEmpty {
                try await Audit.record(
                    origin.actor, "put", "orders", try JSONText(encoding: ["keys": changed]), in: connection)
            }
            return verdicts
        }
        for ((place, draft), verdict) in zip(drafts, verdicts) {
            if case .refused(let refusal) = verdict {
                results[place] = refused(
                    results[place], Refusal("orders[\(place)].\(refusal.field ?? "")", refusal.reason))
            } else {
                results[place] = OrderResult(key: draft.key, result: verdict.word)
            }
        }
        return try JSONBody.answer(["results": results])
    }

    private func refused(_ result: OrderResult, _ refusal: Refusal) -> OrderResult {
        OrderResult(key: result.key, result: "refused", field: refusal.field, message: refusal.description)
    }
}
