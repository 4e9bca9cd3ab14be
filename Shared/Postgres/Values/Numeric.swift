extension PostgresCell {
    /// A numeric as PostgreSQL prints it: groups of four decimal digits, a weight, a sign, and how many decimals to show
    /// (`numeric_send` in PostgreSQL's sources).
    func numericText() throws(PostgresValueRefusal) -> String {
        let count = Int(try integer(Int16.self, at: 0))
        let weight = Int(try integer(Int16.self, at: 2))
        let sign = try integer(UInt16.self, at: 4)
        let decimals = Int(try integer(Int16.self, at: 6))
        switch sign {
        case 0xC000: return "NaN"
        case 0xD000: return "Infinity"
        case 0xF000: return "-Infinity"
        default: break
        }
        func group(_ index: Int) throws(PostgresValueRefusal) -> String {
            guard index >= 0, index < count else { return "0000" }
            let digits = String(try integer(Int16.self, at: 8 + index * 2))
            return String(repeating: "0", count: max(0, 4 - digits.count)) + digits
        }
        var whole = ""
        if weight >= 0 {
            for index in 0...weight { whole += try group(index) }
        }
        let trimmed = whole.drop { $0 == "0" }
        var text = (sign == 0x4000 ? "-" : "") + (trimmed.isEmpty ? "0" : trimmed)
        if decimals > 0 {
            var fraction = ""
            var index = weight + 1
            while fraction.count < decimals {
                fraction += try group(index)
                index += 1
            }
            text += "." + fraction.prefix(decimals)
        }
        return text
    }
}
