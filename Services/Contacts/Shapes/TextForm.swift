import Foundation
import Model

/// How a text is written that stands for something else. The pattern says to others exactly what `isRight` takes.
struct TextForm: Sendable {
    /// Its name among the description's components.
    let name: String
    /// A regular expression as ECMA-262 has them, for the whole text; nil where the texts are listed.
    var pattern: String?
    /// The texts that there are, where there are but so many.
    var texts: [String]?
    var most = 100
    /// What to write, with an example, as a sentence goes on behind "expected".
    let expected: String
    /// A file may write it in small letters.
    var isCapital = false
    let isRight: @Sendable (String) -> Bool
}

extension TextForm {
    private static let day = """
        (((19|20|21)[0-9][0-9])-((0[13578]|1[02])-(0[1-9]|[12][0-9]|3[01])|(0[469]|11)-(0[1-9]|[12][0-9]|30)\
        |02-(0[1-9]|1[0-9]|2[0-8]))|((19|20|21)(0[48]|[2468][048]|[13579][26])|2000)-02-29)
        """

    /// A time, or a day, which is its midnight in UTC.
    static let time = TextForm(
        name: "Time",
        pattern: "^\(day)([T ]([01][0-9]|2[0-3]):[0-5][0-9]:([0-5][0-9]|60)([.][0-9]{1,9})?"
            + "([Zz]|[+-]([01][0-9]|2[0-3]):?[0-5][0-9]))?$",
        most: 40, expected: "a time such as 2026-05-31T12:00:00Z, or a day such as 2026-05-31",
        isRight: { Timestamp.read($0) != nil })

    static let calendarDay = TextForm(
        name: "Day", pattern: "^\(day)$", most: 10, expected: "a day such as 2026-05-31",
        isRight: { Timestamp.day($0) != nil })

    /// ISO 4217.
    static let currency = TextForm(
        name: "Currency", texts: ISO.currencies.sorted(), most: 3, expected: "an ISO 4217 code such as EUR",
        isCapital: true, isRight: { Money.isCurrency($0) })

    /// ISO 3166-1.
    static let country = TextForm(
        name: "Country", texts: ISO.countries.sorted(), most: 2, expected: "an ISO 3166-1 code such as UA",
        isCapital: true, isRight: { ISO.countries.contains($0) })

    /// BCP 47.
    static let language = TextForm(
        name: "Language", pattern: "^[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*$", most: 35,
        expected: "a BCP 47 tag such as uk or pt-BR",
        isRight: { text in
            let parts = text.utf8.split(separator: UInt8(ascii: "-"), omittingEmptySubsequences: false)
            return (2...8).contains(parts[0].count) && parts[0].allSatisfy(UInt8.isLetter)
                && parts.dropFirst().allSatisfy { (1...8).contains($0.count) && $0.allSatisfy(UInt8.isLetterOrDigit) }
        })

    /// IANA.
    static let timeZone: TextForm = {
        let zones = Set(TimeZone.knownTimeZoneIdentifiers + linkedZones + ["UTC", "Etc/UTC"])
        return TextForm(
            name: "TimeZone", texts: zones.filter { $0 == "UTC" || $0.contains("/") }.sorted(), most: 64,
            expected: "a time zone such as Europe/Kyiv",
            isRight: { zones.contains($0) && ($0 == "UTC" || $0.contains("/")) })
    }()

    /// Second names by which zones are known too: `backward` of the time zone database, as far as this system has them.
    private static let linkedZones = [
        "America/Buenos_Aires", "America/Indianapolis", "Asia/Calcutta", "Asia/Ho_Chi_Minh", "Asia/Katmandu",
        "Asia/Kathmandu", "Asia/Kolkata", "Asia/Rangoon", "Asia/Saigon", "Asia/Yangon", "Europe/Kiev", "Europe/Kyiv",
        "US/Alaska", "US/Central", "US/Eastern", "US/Hawaii", "US/Mountain", "US/Pacific",
    ].filter { TimeZone(identifier: $0) != nil }

    /// What stands around the parts of a mail address, and never in them.
    private static let noMail =
        #"@\u0000-\u0020\u007F\u0085\u00A0\u1680\u2000-\u200A\u2028\u2029\u202F\u205F\u3000<>,;"\\"#

    static let mail = TextForm(
        name: "Mail", pattern: "^[^\(noMail)]+@[^\(noMail).]+([.][^\(noMail).]+)+$", most: 320,
        expected: "a mail address such as anna@example.com", isRight: { Address.isMail($0) })

    /// E.164, with what people write between the digits.
    static let phone: TextForm = {
        let between = #"[ \-().\u00A0]*"#
        return TextForm(
            name: "Phone", pattern: "^\(between)[+]\(between)([0-9]\(between)){7,15}$", most: 60,
            expected: "a phone number with its country, such as +380441234567", isRight: { Address.phone($0) != nil })
    }()

    /// The same in a query, where an unescaped plus is a blank: with it or without.
    static let askedPhone: TextForm = {
        let between = #"[ \-().\u00A0]*"#
        return TextForm(
            name: "AskedPhone", pattern: "^\(between)[+]?\(between)([0-9]\(between)){7,15}$", most: phone.most,
            expected: phone.expected, isRight: { Address.askedPhone($0) != nil })
    }()

    /// An address of any channel, without blanks around it: what a channel makes of blanks is not for us to guess.
    static let address = TextForm(
        name: "AddressValue",
        pattern: "^(?!.*;)\(Characters.visible)(\(Characters.oneLine)*\(Characters.visible))?$", most: 1_000,
        expected: "an address without blanks around it and without ;, such as anna@example.com",
        isRight: { text in
            let isPlain = text.unicodeScalars.allSatisfy { $0.value >= 32 && $0.value != 127 && $0 != ";" }
            return !text.isEmpty && isPlain && text == text.trimmingBlanks()
        })

    /// A channel or a topic.
    static let name = TextForm(
        name: "Name", pattern: "^[a-z][a-z_]{0,30}$", most: 31,
        expected: "a name in small letters, such as mail or marketing", isRight: { Address.isName($0) })
}
