import Model
import Testing

@testable import Contacts

@Suite struct OrderWordsTests {
    @Test(
        arguments: [
            ("49.9", "EUR", 4_990), ("49.90", "EUR", 4_990), ("49", "EUR", 4_900), ("0", "EUR", 0),
            ("-5.25", "USD", -525),
            ("1200", "JPY", 1_200), ("1200.00", "JPY", 1_200), ("1.234", "KWD", 1_234), ("4.9900", "EUR", 499),
            // The dust of floating point.
            ("59.97000000000001", "EUR", 5_997), ("0.30000000000000004", "EUR", 30),
            ("19.989999999999998", "EUR", 1_999),
            ("-19.989999999999998", "EUR", -1_999), ("99.99999999999999", "EUR", 10_000),
            ("1199.9999999999998", "JPY", 1_200),
            (" 12.50 ", "EUR", 1_250), ("9007199254740.93", "EUR", 900_719_925_474_093),
        ] as [(String, String, Int64)])
    func readsAmountsDigitByDigit(_ text: String, _ currency: String, _ minor: Int64) {
        #expect(OrderAmount.money(text, currency: currency)?.minor == minor)
    }

    @Test(arguments: [
        "", ".", "1.", ".5", "1,50", "1e2", "0x10", "NaN", "12 EUR", "19.995", "19.99500001", "1.2.3", "--1", "+1", "９",
        "99999999999999999999", "true",
    ])
    func refusesWhatIsNoAmount(_ text: String) { #expect(OrderAmount.money(text, currency: "EUR") == nil) }

    private func words(_ change: (inout OrderWords) -> Void = { _ in }) -> OrderWords {
        var words = OrderWords(orderID: "o1", amount: "49.90", currency: "eur", items: 2)
        change(&words)
        return words
    }

    private func refused(_ words: OrderWords, refunded: Money? = nil) -> String? {
        #expect(throws: Refusal.self) { try words.order(refunded: refunded) }?.field
    }

    @Test func anOrderIsReadWhole() throws {
        let order = try words().order()
        #expect(order.key == "o1" && order.amount == Money(minor: 4_990, currency: "EUR") && order.items == 2)
    }

    @Test func aRefundIsAnOrderOfItsOwn() throws {
        let known = try #require(Money(minor: 4_990, currency: "EUR"))
        let some = try words { ($0.isRefund, $0.amount) = (true, "10") }.order(refunded: known)
        #expect(some.key == "o1:refund" && some.amount.minor == -1_000)
        let negative = try words { ($0.isRefund, $0.amount, $0.refundID) = (true, "-10", "r7") }.order()
        #expect(negative.key == "o1:refund:r7" && negative.amount.minor == -1_000)
        let all = try words { ($0.isRefund, $0.amount, $0.currency) = (true, nil, nil) }.order(refunded: known)
        #expect(all.amount == Money(minor: -4_990, currency: "EUR"))
    }

    @Test func saysWhatIsMissing() {
        #expect(refused(words { $0.orderID = nil }) == "order_id")
        #expect(refused(words { $0.orderID = String(repeating: "x", count: 201) }) == "order_id")
        #expect(refused(words { $0.amount = nil }) == "total")
        #expect(refused(words { $0.amount = "a lot" }) == "total")
        #expect(refused(words { $0.currency = nil }) == "currency")
        #expect(refused(words { $0.currency = "€" }) == "currency")
        #expect(refused(words { ($0.isRefund, $0.amount) = (true, nil) }) == "total")
    }
}
