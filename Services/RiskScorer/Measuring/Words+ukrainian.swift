extension Words {
    /// `1 день`, `2 дні`, `5 днів`: the noun as Ukrainian counts it.
    static func counted(_ number: Int, _ one: String, _ few: String, _ many: String) -> String {
        let (tens, ones) = (number % 100, number % 10)
        if ones == 1, tens != 11 { return "\(number) \(one)" }
        return (2...4).contains(ones) && !(12...14).contains(tens) ? "\(number) \(few)" : "\(number) \(many)"
    }

    static func daysUk(_ days: Int) -> String { counted(days, "день", "дні", "днів") }

    static func agoUk(_ days: Double) -> String {
        if days < 1 {
            return days * 24 < 2 ? "щойно" : counted(Int(days * 24), "годину", "години", "годин") + " тому"
        }
        return daysUk(Int(days)) + " тому"
    }

    /// With a decimal comma.
    static func comma(_ number: String) -> String { number.replacing(".", with: ",") }
}
