import Model

extension SettingValues {
    /// The roles' passwords, out of the URLs that are set.
    func passwords() throws -> [String: String] {
        var expected: [(role: String, setting: Setting<String?>)] = ServiceName.allCases.map {
            ($0.role, Settings.databaseURL($0))
        }
        expected += [("holdfast_operator", Settings.operatorURL), ("holdfast_report", Settings.reportURL)]
        var passwords: [String: String] = [:]
        var faults: [String] = []
        for (role, setting) in expected {
            guard let url = self[setting], let signIn = DatabaseSignIn(url: url) else { continue }
            if signIn.user != role {
                faults.append("\(setting.name) names the role \(signIn.user): it must be \(role)")
            }
            passwords[role] = signIn.password
        }
        guard faults.isEmpty else { throw ProgramFailure(.configuration, faults) }
        return passwords
    }
}
