import Postgres

extension Signal {
    static let orderDecline = Signal(
        "order_decline", title: "Fewer orders expected",
        about: """
            By how much the orders expected in the next 90 days have fallen since the last one: 1 - E[now] / E[then], \
            negative binomial, E = 90 (r+x)/(a+T), so that it is g/(a+T) with a silence of g days in T days since the first \
            order, and a from all customers.
            """,
        isOfAbsence: true, words: OrderDecline.words, ukrainian: OrderDecline.ukrainian, measure: OrderDecline.measure)
}

/// What a customer who orders without a contract may still be expected to order. On the CDNOW sample as of five dates it
/// ranks who orders nothing in the next 90 days with an AUC of 0.70 to 0.83; recency alone 0.68 to 0.83, the surprise of
/// `Inactivity` 0.47 to 0.56, for six in ten bought once and have no rhythm.
enum OrderDecline {
    /// How far ahead orders are expected [days].
    static let horizonDays = 90.0

    struct Evidence: Decodable {
        let observed: Double
        let baseline: Double
        let silentDays: Int
        enum CodingKeys: String, CodingKey {
            case observed, baseline
            case silentDays = "silent_days"
        }

        /// By which it fell; nil where that is next to nothing.
        var share: Double? {
            let share = baseline > 0 ? 1 - observed / baseline : 0
            return share < 0.005 ? nil : share
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let silence = "No order for \(Words.days(evidence.silentDays)): what to expect in \(Int(horizonDays)) days fell"
        guard let share = evidence.share else { return silence + " by less than 1 %" }
        let (from, to) = (Words.fraction(evidence.baseline), Words.fraction(evidence.observed))
        return "\(silence) \(Words.percent(share))" + (from == to ? "" : " (from \(from) to \(to) orders)")
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let silence =
            "Немає замовлень \(Words.daysUk(evidence.silentDays)): очікуване за \(Int(horizonDays)) днів впало"
        guard let share = evidence.share else { return silence + " менш ніж на 1 %" }
        let (from, to) = (Words.fraction(evidence.baseline), Words.fraction(evidence.observed))
        return "\(silence) на \(Words.percent(share))"
            + (from == to ? "" : " (з \(Words.comma(from)) до \(Words.comma(to)) замовлень)")
    }

    static func measure(_ call: SignalCall) -> SQL {
        let (shape, scale) = (call.fleet.orders.shape, call.fleet.orders.scale)
        return """
            select account_id, gap / (\(scale) + span + gap) as value, 'ok' as status,
                jsonb_build_object('horizon_days', \(horizonDays), 'silent_days', gap::int, 'last_on', last_day, 'n', again + 1,
                    'observed', round((\(horizonDays) * (\(shape) + again) / (\(scale) + span + gap))::numeric, 3),
                    'baseline', round((\(horizonDays) * (\(shape) + again) / (\(scale) + span))::numeric, 3),
                    'unit', 'orders') as evidence
            from (
                select account_id, max(day) as last_day, count(*) - 1 as again, (max(day) - min(day))::float8 as span,
                    (\(fragment: call.today) - max(day))::float8 as gap
                from order_day group by account_id
            ) bought
            """
    }
}
