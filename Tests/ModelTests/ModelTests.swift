import Model
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("12.5", "EUR", Int64(1250)), ("-0.01", "USD", -1), ("7", "JPY", 7), ("1.234", "KWD", 1234), ("0", "UAH", 0),
    ])
    func `reads money exactly`(text: String, currency: String, minor: Int64) {
        #expect(Money(decimal: text, currency: currency)?.minor == minor)
    }

    @Test(arguments: ["", "-", ".5", "5.", "1.234", "1,5", "١", "9223372036854775808", "1e3", "--1", "+1"])
    func `refuses what is no amount`(text: String) {
        #expect(Money(decimal: text, currency: "EUR") == nil)
    }

    @Test func `writes money as a person does`() {
        #expect(Money(minor: -5, currency: "EUR")?.description == "-0.05 EUR")
        #expect(Money(minor: 1200, currency: "JPY")?.description == "1200 JPY")
        #expect(Money(minor: .min, currency: "USD")?.description == "-92233720368547758.08 USD")
    }

    @Test func `days survive the round trip`() {
        for number in stride(from: -800_000, through: 800_000, by: 37) where number > -719_000 {
            let day = CalendarDay(daysSince1970: number)
            #expect(CalendarDay(day.description) == day)
        }
        #expect(CalendarDay("1970-01-01")?.daysSince1970 == 0)
        #expect(CalendarDay("2024-02-29")?.daysSince1970 == 19_782)
        #expect(CalendarDay("2023-02-29") == nil)
        #expect(CalendarDay("2023-13-01") == nil)
    }

    @Test func `a probability is from 0 to 1`() {
        #expect(Probability(.nan) == nil)
        #expect(Probability(1.0001) == nil)
        #expect(Probability(1)?.value == 1)
    }

    @Test func `names of a service follow from one another`() {
        #expect(ServiceName.usageIngest.role == "holdfast_usage_ingest")
        #expect(ServiceName.usageIngest.settingPrefix == "USAGE_INGEST")
    }
}
