import Foundation
import Testing

@testable import Contacts

@Suite struct FieldTests {
    private func reading<Value>(_ value: FieldValue, _ read: (Fields) throws -> Value) -> Result<Value, any Error> {
        Result { try read(Fields(["x": value])) }
    }

    @Test(arguments: [
        ("2026-05-31", 1_780_185_600.0), ("2026-05-31T12:00:00Z", 1_780_228_800),
        ("2026-05-31T12:00:00+02:00", 1_780_221_600), ("2026-05-31 12:00:00.5Z", 1_780_228_800.5),
        ("2026-05-31T12:00:00-0330", 1_780_241_400),
    ])
    func times(_ text: String, _ seconds: Double) {
        #expect(Timestamp.read(text)?.timeIntervalSince1970 == seconds)
    }

    @Test(arguments: [
        "", "2026-02-30", "31.05.2026", "2026-05-31T25:00:00Z", "2026-05-31T12:00:00", "2026-05-31T12:00:00+99:00",
        "1066-10-14", "2026-05-31T12:00:00.Z", "2026-05-31Tgarbage", "9999-01-01",
    ])
    func noTimes(_ text: String) {
        #expect(Timestamp.read(text) == nil)
    }

    @Test func timesAreWrittenAsTheyAreRead() {
        for text in ["2026-05-31T12:00:00Z", "1969-12-31T23:59:59Z", "2024-02-29T00:00:01Z"] {
            #expect(Timestamp.read(text).map(Timestamp.write) == text)
        }
    }

    @Test(arguments: [("29.33", "USD", 2933), ("-1", "EUR", -100), ("1200", "JPY", 1200), ("0.005", "KWD", 5)])
    func amounts(_ text: String, _ currency: String, _ minor: Int64) throws {
        #expect(try Fields(["amount": .text(text)]).money("amount", currency: currency) == minor)
    }

    @Test(arguments: ["1,5", "1.234", "abc", "1e3", "99999999999999999999"])
    func noAmounts(_ text: String) {
        #expect(throws: Refusal.self) { try Fields(["amount": .text(text)]).money("amount", currency: "EUR") }
    }

    @Test func aFieldIsSaidClearedOrNotThere() throws {
        let fields = Fields(["a": .text("  x "), "b": .null, "c": .text("   ")])
        #expect(try fields.text("a", atMost: 9) == .value("x"))
        #expect(try fields.text("b", atMost: 9) == .cleared)
        #expect(try fields.text("c", atMost: 9) == .cleared)
        #expect(try fields.text("d", atMost: 9) == .nothing)
    }

    @Test func aRefusalNamesThePlaceAndWhatWasExpected() {
        let fields = Fields(["country": .text("Ukraine"), "z": .integer(1)], place: "orders[3].")
        #expect(
            throws: Refusal(
                "orders[3].country", "expected an ISO 3166-1 code such as UA, found “Ukraine”")
        ) {
            try fields.country("country")
        }
        #expect(throws: Refusal("orders[3].z", "expected a text, found a number")) { try fields.text("z", atMost: 5) }
    }

    @Test(arguments: ["a\u{0}b", "a\u{7}b", "line\nline"])
    func controlCharactersAreRefused(_ text: String) {
        #expect(throws: Refusal.self) { try Fields(["x": .text(text)]).text("x", atMost: 50) }
    }

    @Test(arguments: [
        ("anna@example.com", true), ("anna", false), ("a@b", false), ("a b@c.de", false), ("<x>@c.de", false),
        ("a@b@c.de", false), ("a@.de", false), ("ім'я@приклад.укр", true),
    ])
    func mails(_ text: String, _ isMail: Bool) {
        #expect(Address.isMail(text) == isMail)
    }

    @Test(
        arguments: [
            ("+380 (44) 123-45-67", "+380441234567"), ("0441234567", nil), ("+12", nil), ("+380x", nil),
        ] as [(String, String?)])
    func phones(_ text: String, _ phone: String?) {
        #expect(Address.phone(text) == phone)
    }

    @Test(arguments: ["uk", "pt-BR", "zh-Hant-TW"]) func languages(_ text: String) throws {
        #expect(try Fields(["l": .text(text)]).language("l").value == text)
    }

    @Test(arguments: ["u", "english language", "1-2", "uk-"]) func noLanguages(_ text: String) {
        #expect(throws: Refusal.self) { try Fields(["l": .text(text)]).language("l") }
    }

    @Test(arguments: [("Europe/Kyiv", true), ("UTC", true), ("Mars/Olympus", false), ("GMT+25", false)])
    func timeZones(_ text: String, _ isZone: Bool) {
        #expect(((try? Fields(["z": .text(text)]).timeZone("z").value) != nil) == isZone)
    }

    @Test func passwordsAreSaltedAndSlow() throws {
        let password = Password.make()
        let hash = try Password.hash(password)
        #expect(hash.hasPrefix("scrypt$15$8$3$"))
        #expect(try Password.hash(password) != hash)
        #expect(try Password.matches(password, hash))
        #expect(try !Password.matches(password + "x", hash))
        #expect(try !Password.matches(password, "plain"))
        #expect(Password.make() != password)
    }
}
