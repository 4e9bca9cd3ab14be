// The settings that contacts alone has. To add one: declare it here and name it in the list.
extension Settings {
    static let contacts: [any SettingDescription] = []
}
