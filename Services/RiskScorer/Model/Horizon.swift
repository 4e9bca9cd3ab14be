/// Within how many days an account may be lost.
enum Horizon: Int16, Sendable, CaseIterable {
    case month = 30
    case quarter = 90

    /// The one that is meant where none is named.
    static let usual = Horizon.quarter
}
