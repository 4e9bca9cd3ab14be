/// What the story has planted in an account of the SaaS company, by the name that `truth.csv` gives it.
enum Truth: String, CaseIterable, Sendable {
    case steady
    case growing
    case fading
    case goneSilent = "gone_silent"
    case paysWithoutUsing = "pays_without_using"
    case exported

    /// How many of the 300 accounts are so.
    var accounts: Int {
        switch self {
        case .steady: 180
        case .growing: 45
        case .fading: 24
        case .goneSilent: 18
        case .paysWithoutUsing: 15
        case .exported: 18
        }
    }

    /// Whether a good score ranks such an account above a steady one.
    var isLeaving: Bool {
        switch self {
        case .steady, .growing: false
        case .fading, .goneSilent, .paysWithoutUsing, .exported: true
        }
    }
}
