import Foundation

/// A checked playbook: what the YAML says, ready to be run. It is kept as JSON and must stay readable for as long as a
/// run of it may wait, so what is added later is optional.
struct Playbook: Codable, Sendable {
    var key: String
    var title: String
    /// Whom and what it is for, for people.
    var about: String?
    /// The segments that it brings along.
    var segments: [PlaybookSegment]
    var trigger: Trigger
    var holdout: Holdout?
    var reentry: Reentry
    /// The run ends when the account crosses one of these.
    var exits: [Crossing]
    /// The signal whose words say why an account was enrolled; without it the first reason of its risk.
    var reasonSignal: String?
    /// The consents whose withdrawal ends the run: those that its messages to contacts need.
    var refusals: [ConsentTopic]
    /// Every segment whose crossings a run must hear of.
    var watches: [String]
    var steps: [PlaybookStep]

    enum CodingKeys: String, CodingKey {
        case key, title, about, segments, trigger, holdout, reentry, exits, refusals, watches, steps
        case reasonSignal = "reason_signal"
    }

    /// The step of this name and the one behind it.
    func step(_ name: String) throws -> (step: PlaybookStep, following: PlaybookStep?) {
        guard let index = steps.firstIndex(where: { $0.name == name }) else {
            throw PlaybookUnusable(words: "the playbook \(key) has no step \(name)")
        }
        return (steps[index], steps.indices.contains(index + 1) ? steps[index + 1] : nil)
    }
}

/// A segment that a playbook brings along; contacts evaluates it.
struct PlaybookSegment: Codable, Equatable, Sendable {
    var key: String
    var name: String
    var expression: String
}

/// What enrols accounts. Without a crossing they are enrolled by hand. Room for events, dates and calendars.
struct Trigger: Codable, Equatable, Sendable {
    var crossing: Crossing?
}

/// An account enters a segment or leaves it.
struct Crossing: Codable, Hashable, Sendable {
    enum Way: String, Codable, CaseIterable, Sendable { case entered, left }

    var segment: String
    var way: Way

    enum CodingKeys: String, CodingKey {
        case segment
        case way = "when"
    }

    var words: String { "\(way.rawValue) the segment \(segment)" }
}

/// When an account that was enrolled before may be enrolled again.
struct Reentry: Codable, Equatable, Sendable {
    /// No sooner than so long after the end of the last run; nil is never, 0 at once.
    var afterSeconds: Int64?

    enum CodingKeys: String, CodingKey { case afterSeconds = "after_seconds" }
}

/// A consent that contacts give for a channel and a topic.
struct ConsentTopic: Codable, Hashable, Sendable {
    var channel: String
    var topic: String
}

/// Why a stored playbook can't be run.
struct PlaybookUnusable: Error, Equatable, CustomStringConvertible {
    var words: String
    var description: String { words }
}
