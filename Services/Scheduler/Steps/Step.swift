import Foundation

/// A kind of step: the plugin of this service. One file in this folder and one line in `Steps.all`; nothing else knows
/// its name. Its stored properties are its settings, kept as JSON for as long as a run may wait: what is added later is
/// optional.
protocol Step: Codable, Sendable {
    /// The word that a step of this kind begins with in YAML.
    static var kind: String { get }

    /// Reads the settings. Notes what is wrong with them; nil where they can't be used.
    static func read(_ fields: inout Fields) -> Self?

    /// What it must know to decide.
    var questions: Set<Question> { get }

    /// The steps that it may lead to beside the following one.
    var jumps: [String] { get }

    /// The consents that it needs.
    var consents: Set<ConsentTopic> { get }

    /// Whether it bothers people: then it is held back while the account is on holiday.
    var reachesOut: Bool { get }

    /// What is to be done, and where the run goes. Pure: the same facts give the same decision.
    func decide(_ facts: StepFacts) throws -> StepDecision
}

extension Step {
    var questions: Set<Question> { [] }
    var jumps: [String] { [] }
    var consents: Set<ConsentTopic> { [] }
    var reachesOut: Bool { false }
}

/// What a step asks about the account before it decides.
enum Question: Hashable, Sendable {
    /// Its contacts; those with a role, or all.
    case contacts(role: String?)
    /// Since when it is in a segment.
    case membership(String)
    /// Whether an expression holds for it.
    case holds(String)
    /// The users with the role admin.
    case admins
    /// The user of this name.
    case user(String)
    /// The last task that the run opened.
    case task
}

/// What a step decided.
struct StepDecision: Equatable, Sendable {
    enum Outcome: String, Sendable { case done, waiting, skipped }

    enum Move: Equatable, Sendable {
        case next
        case to(String)
        /// Stay on this step, and look again then at the latest.
        case wait(until: Date)
        case end
    }

    var outcome: Outcome = .done
    var effects: [Effect] = []
    var move: Move = .next
    /// One sentence for the record.
    var words: String
}
