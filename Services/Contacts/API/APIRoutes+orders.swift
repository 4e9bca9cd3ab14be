import Chassis
import Hummingbird
import Model
import Postgres

extension APIRoutes {
    /// The most orders of one body.
    private static let mostOrders = 1_000

    func addOrders(to api: Group) {
        api.get("orders/:key") { _, context in try await order(try context.piece("key")) }
        api.put("orders/:key") { request, context in
            try await put(OrderDraft.self, request, context, keyField: "order_key", Record.order)
        }
        api.post("orders") { request, context in try await postOrders(request, context) }
        api.get("subscriptions/:key") { _, context in try await subscription(try context.piece("key")) }
        api.put("subscriptions/:key") { request, context in
            try await put(SubscriptionDraft.self, request, context, keyField: "subscription_key", Record.subscription)
        }
    }

    private func order(_ key: String) async throws -> Response {
        try await shown(
            .order(key),
            """
            select to_jsonb(o) - 'id' - 'account_id' || jsonb_build_object('account_key', a.key)
            from crm.account_order o join crm.account_root r on r.account_id = o.account_id join crm.account a on a.id = r.root_id
            where o.key = \(key)
            """)
    }

    private func subscription(_ key: String) async throws -> Response {
        try await shown(
            .subscription(key),
            """
            select to_jsonb(s) - 'subscription_id' - 'account_id' - 'occurred_at' || jsonb_build_object('account_key', a.key)
            from crm.current_subscription s join crm.account a on a.id = s.account_id where s.key = \(key)
            """)
    }

    /// What became of one order of many.
    private struct OrderResult: Encodable, Sendable {
        let key: String?
        let result: String
        var field: String?
        var message: String?
    }

    /// `{"orders": […]}`: each gets a verdict of its own; those that can be taken are taken.
    private func postOrders(_ request: Request, _ context: ContactsContext) async throws -> Response {
        let bytes = try await JSONBody.bytes(request)
        let repeatable = try Repeatable(request, context, body: bytes)
        let body = try JSONBody.fields(bytes)
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
                results[place] = Self.refused(results[place], refusal)
            }
        }
        let (given, refused, origin) = (drafts, results, origin(context))
        return try await repeatable.run(pool) { connection in
            let verdicts = try await OrderDraft.write(given.map(\.draft), origin, in: connection)
            let changed = zip(given, verdicts).filter { $1 == .made || $1 == .changed }.map(\.0.draft.key)
            if !changed.isEmpty {
                try await Audit.record(
                    origin.actor, "put", "orders", try JSONText(encoding: ["keys": changed]), in: connection)
            }
            var results = refused
            for ((place, draft), verdict) in zip(given, verdicts) {
                if case .refused(let refusal) = verdict {
                    let placed = Refusal("orders[\(place)].\(refusal.field ?? "")", refusal.reason)
                    results[place] = Self.refused(results[place], placed)
                } else {
                    results[place] = OrderResult(key: draft.key, result: verdict.word)
                }
            }
            return Repeatable.Answer(body: try JSONText(encoding: ["results": results]))
        }
    }

    private static func refused(_ result: OrderResult, _ refusal: Refusal) -> OrderResult {
        OrderResult(key: result.key, result: "refused", field: refusal.field, message: refusal.description)
    }
}
