// The settings that risk-scorer alone has. To add one: declare it here and name it in the list.
extension Settings {
    package static let exportEvents = Setting<[String]>(
        "HOLDFAST_RISK_EXPORT_EVENTS", .names, default: ["Data Exported"],
        "The names of the events by which a customer takes its data away, separated by commas.")

    static let riskScorer: [any SettingDescription] = [exportEvents]
}

extension SettingKind<[String]> {
    /// 1 to 50 names, separated by commas.
    package static var names: Self {
        SettingKind("names separated by commas") { text in
            let names = text.split(separator: ",").map { part in
                String(part.trimmingPrefix { $0 == " " }.reversed().trimmingPrefix { $0 == " " }.reversed())
            }
            guard (1...50).contains(names.count), names.allSatisfy({ (1...200).contains($0.utf8.count) }) else {
                throw SettingFault("is not 1 to 50 names of at most 200 bytes, separated by commas")
            }
            return names
        } write: {
            $0.joined(separator: ",")
        }
    }
}
