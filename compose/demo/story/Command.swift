import Model

/// What the program was asked to do.
enum Command: Equatable, Sendable {
    case help
    /// `today` nil means the clock's day in UTC.
    case write(folder: String, seed: UInt64, today: CalendarDay?, shop: String)
    /// `least` nil means: print, and judge nothing.
    case judge(folder: String, scores: String, least: Double?)

    static let usage = """
        demo-story write --folder DIR [--seed N] [--today YYYY-MM-DD] [--shop FILE]
            writes both stories of the demo as files into DIR
            --seed   the same seed and day give the same files (default 1)
            --today  the day on which the story is told; it ends the day before (default: today in UTC)
            --shop   the purchases to move in time (default compose/demo/shop-orders.csv)
        demo-story judge --folder DIR --scores FILE.csv [--least X]
            reads DIR/truth.csv and scores with the columns account_key,probability, and prints the AUC
            --least  ends with code 1 if the AUC is below X
        """

    /// Reads the words after the program's name. Refuses unknown words, missing and bad values, and says which.
    static func parse(_ words: [String]) throws(Refusal) -> Command {
        guard let verb = words.first, !words.contains("--help"), verb != "help" else { return .help }
        switch verb {
        case "write":
            let options = try options(words.dropFirst(), known: ["--folder", "--seed", "--today", "--shop"])
            let seed = try value(options["--seed"] ?? "1", "--seed", "a whole number from 0 on") { UInt64($0) }
            var today: CalendarDay?
            if let text = options["--today"] {
                today = try value(text, "--today", "a day as YYYY-MM-DD") { CalendarDay($0) }
            }
            return .write(
                folder: try folder(options), seed: seed, today: today,
                shop: options["--shop"] ?? "compose/demo/shop-orders.csv")
        case "judge":
            let options = try options(words.dropFirst(), known: ["--folder", "--scores", "--least"])
            guard let scores = options["--scores"] else { throw Refusal("judge needs --scores FILE.csv") }
            var least: Double?
            if let text = options["--least"] {
                least = try value(text, "--least", "a number from 0 to 1") { text in
                    Double(text).flatMap { Probability($0)?.value }
                }
            }
            return .judge(folder: try folder(options), scores: scores, least: least)
        default: throw Refusal("\(verb) is no command; there are write and judge (--help explains them)")
        }
    }

    private static func options(_ words: ArraySlice<String>, known: [String]) throws(Refusal) -> [String: String] {
        var options: [String: String] = [:]
        var left = words
        while let name = left.popFirst() {
            guard known.contains(name) else {
                throw Refusal("\(name) is unknown here; there are \(known.joined(separator: ", "))")
            }
            guard let value = left.popFirst() else { throw Refusal("\(name) needs a value after it") }
            guard options.updateValue(value, forKey: name) == nil else { throw Refusal("\(name) is given twice") }
        }
        return options
    }

    private static func folder(_ options: [String: String]) throws(Refusal) -> String {
        guard let folder = options["--folder"], !folder.isEmpty else { throw Refusal("--folder DIR is missing") }
        return folder
    }

    private static func value<Value>(
        _ text: String, _ name: String, _ expected: String, _ read: (String) -> Value?
    ) throws(Refusal) -> Value {
        guard let value = read(text) else { throw Refusal("\(name) \(text): expected \(expected)") }
        return value
    }
}
