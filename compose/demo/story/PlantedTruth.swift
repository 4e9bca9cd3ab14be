import Model

/// One line of `truth.csv`: what the story planted in an account. It never reaches the database.
struct PlantedTruth: Sendable, Equatable {
    static let heading = ["account_key", "story", "truth", "since"]

    let accountKey: String
    let truth: Truth
    /// The first day of it as `YYYY-MM-DD`, empty for steady and growing.
    let since: String

    init(_ company: Company) {
        accountKey = company.key
        truth = company.plot.truth
        since = company.plot.since?.description ?? ""
    }

    /// One line under `heading`. Only the SaaS company's story has a truth: the shop's customers are real.
    var cells: [String] { [accountKey, "saas", truth.rawValue, since] }
}
