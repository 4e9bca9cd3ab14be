// The settings that scheduler alone has. To add one: declare it here and name it in the list.
extension Settings {
    static let scheduler: [any SettingDescription] = []
}
