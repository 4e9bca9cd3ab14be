import ArgumentParser

extension BacktestCommand {
    /// An option that the source doesn't know would change nothing, and whoever gave it would think otherwise.
    func refuseStrangers() throws {
        let source = table != nil ? "--table" : orders != nil ? "--orders" : "--history"
        let known: [(name: String, isGiven: Bool, with: Set<String>)] = [
            ("--label", label != nil, ["--table"]), ("--folds", folds != nil, ["--table"]),
            ("--fold-column", foldColumn != nil, ["--table"]), ("--ignore", !ignore.isEmpty, ["--table"]),
            ("--prior", prior != nil, ["--table"]), ("--customer", customer != nil, ["--orders"]),
            ("--date", date != nil, ["--orders"]), ("--amount", amount != nil, ["--orders"]),
            ("--as-of", asOf != nil, ["--orders"]), ("--alive", alive != nil, ["--orders"]),
            ("--seed", seed != nil, ["--orders", "--table"]), ("--horizon", horizon != nil, ["--orders", "--history"]),
            ("--signal", signal != nil, ["--history"]),
            ("--segment", segment != nil, ["--history"]), ("--calls", calls != nil, ["--history"]),
        ]
        if let stranger = known.first(where: { $0.isGiven && !$0.with.contains(source) }) {
            let with = stranger.with.sorted().joined(separator: " and ")
            throw ValidationError("\(stranger.name) goes with \(with), not with \(source)")
        }
        if folds != nil, foldColumn != nil { throw ValidationError("give --folds or --fold-column, not both") }
    }
}
