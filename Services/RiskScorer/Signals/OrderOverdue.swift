import Postgres

extension Signal {
    static let orderOverdue = Signal(
        "order_overdue", title: "No order in time",
        about: """
            The chance that no order comes before the account counts as lost, in its own rhythm: ((a+T)/(a+T+d))^(r+x), \
            negative binomial, for one with x orders after its first in T days since then and d days left, today among them, with r and a from all \
            customers. It is for who orders without a contract.
            """,
        isOfAbsence: true, absent: .notApplicable, words: OrderOverdue.words, ukrainian: OrderOverdue.ukrainian,
        measure: OrderOverdue.measure)
}

/// Whether who orders without a contract will order before no order counts as a loss: what a loss means of them, foretold by
/// their orders alone. On the CDNOW sample as of four dates it ranks who is lost within 90 days with an AUC of 0.81 (days
/// since the last order 0.74), and is about as often right as it says. Source of the formula: Fader and Hardie, the NBD model.
enum OrderOverdue {
    struct Evidence: Decodable {
        let chance: Double
        let silentDays: Int
        /// Nil of one who ordered on one day only.
        let everyDays: Double?
        /// Until it counts as lost.
        let leftDays: Int
        let lostAfterDays: Int
        enum CodingKeys: String, CodingKey {
            case chance
            case silentDays = "silent_days"
            case everyDays = "every_days"
            case leftDays = "left_days"
            case lostAfterDays = "lost_after_days"
        }
    }

    static func words(_ evidence: Evidence) -> String {
        let silence = Words.days(evidence.silentDays)
        guard evidence.leftDays > 0 else {
            return "No order for \(silence): it counts as lost after \(evidence.lostAfterDays)"
        }
        let rhythm =
            evidence.everyDays.map {
                "No order for \(silence), one every \(Words.days(max(1, Int($0.rounded())))) before"
            }
            ?? "One order, \(silence) ago"
        return
            "\(rhythm): \(Words.percent(evidence.chance)) that none comes in the \(Words.days(evidence.leftDays)) until it counts as lost"
    }

    static func ukrainian(_ evidence: Evidence) -> String {
        let silence = Words.daysUk(evidence.silentDays)
        guard evidence.leftDays > 0 else {
            return "Немає замовлень \(silence): втраченим вважається після \(evidence.lostAfterDays)"
        }
        let rhythm =
            evidence.everyDays.map {
                "Немає замовлень \(silence), до того — одне на \(Words.daysUk(max(1, Int($0.rounded()))))"
            } ?? "Одне замовлення, \(silence) тому"
        return
            "\(rhythm): \(Words.percent(evidence.chance)), що не буде жодного за \(Words.daysUk(evidence.leftDays)), що лишилися"
    }

    static func measure(_ call: SignalCall) -> SQL {
        let (shape, scale) = (call.fleet.orders.shape, call.fleet.orders.scale)
        let lostAfter: SQL = "\(call.rule.lostAfterDays)::int"
        return """
            select account_id, chance as value, 'ok' as status,
                jsonb_build_object('chance', round(chance::numeric, 4), 'silent_days', gap, 'last_on', last_day, 'n', again + 1,
                    'every_days', round((span / nullif(again, 0))::numeric, 1), 'left_days', days_left,
                    'lost_after_days', \(fragment: lostAfter), 'unit', 'orders') as evidence
            from (
                -- Below e^-700 there is no number.
                select *, exp(greatest(-700, (\(shape) + again) * ln((\(scale) + span + gap) / (\(scale) + span + gap + days_left))))
                    as chance
                from (
                    select account_id, max(day) as last_day, count(*) - 1 as again, (max(day) - min(day))::float8 as span,
                        \(fragment: call.today) - max(day) as gap,
                        greatest(\(fragment: lostAfter) + 1 - (\(fragment: call.today) - max(day)), 0) as days_left
                    from order_day where paid and account_id not in (select account_id from contract where was_kept)
                    group by account_id
                ) bought
            ) foretold
            """
    }
}
