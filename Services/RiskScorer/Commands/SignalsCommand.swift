import ArgumentParser

struct SignalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signals", abstract: "List the program's own signals: what each measures, and its weight.")

    func run() {
        for signal in Signal.all {
            let weight = RiskModel.expert1.parameters.weights[signal.name] ?? RiskModel.expert1.parameters.otherWeight
            print(
                "\(signal.name) (\(signal.title); adds up to \(weight) to the log odds\(signal.isEvent ? "; event" : ""))"
            )
            print("    \(signal.about)\n")
        }
    }
}
