import ArgumentParser

struct SignalsCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "signals", abstract: "List the program's own signals: what each measures, and its weight.")

    func run() {
        for signal in Signal.all {
            let parameters = RiskModel.expert.parameters
            let share = parameters.amplifiers[signal.name]
            let weight = parameters.weights[signal.name] ?? parameters.otherWeight
            let effect =
                share.map { "makes others count up to \(Int($0 * 100)) % more" }
                ?? "adds up to \(weight) to the log odds"
            let kinds = [signal.isEvent ? "event" : nil, signal.isInvoluntary ? "involuntary" : nil].compactMap(\.self)
            print("\(signal.name) (\(([signal.title, effect] + kinds).joined(separator: "; ")))")
            print("    \(signal.about)\n")
        }
    }
}
