import Foundation
import Model

// What may be said, left out or taken back, and what can't lie ahead.
extension Fields {
    /// An amount with the currency in the field `currency`; null takes it back.
    func saidMoney(_ name: String) throws -> Said<Money> {
        let given = [raw(name), raw(name + "_minor")].compactMap(\.self)
        if given.isEmpty { return .nothing }
        if given.allSatisfy({ $0 == .null }) { return .cleared }
        let currency = try currency("currency")
        guard let minor = try money(name, currency: currency), let money = Money(minor: minor, currency: currency)
        else {
            throw refusal(name, "expected \(name) (29.33) or \(name)_minor (2933)")
        }
        return .value(money)
    }

    /// A time that has passed, but for the difference of two clocks.
    func past(_ name: String) throws -> Said<Date> {
        try time(name).map { time in
            guard time.timeIntervalSinceNow < Self.mostAhead else {
                throw refusal(name, "lies in the future: expected a time that has passed", code: "in_future")
            }
            return time
        }
    }

    /// What lies further ahead than this is a mistake [seconds].
    private static let mostAhead = 86_400.0
}
