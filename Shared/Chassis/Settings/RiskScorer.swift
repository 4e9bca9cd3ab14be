// The settings that risk-scorer alone has. To add one: declare it here and name it in the list.
extension Settings {
    static let riskScorer: [any SettingDescription] = []
}
