/// Within how many days an account may be lost.
enum Horizon: Int16, Sendable, CaseIterable {
    case month = 30
    case quarter = 90

    var seconds: Double { Double(rawValue) * 86_400 }

    /// The one that is meant where none is named.
    static let usual = Horizon.quarter
}
