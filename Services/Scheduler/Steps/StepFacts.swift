import Foundation
import Model

/// What a step knows when it decides: everything that it asked for, at one moment by the server's clock.
struct StepFacts: Sendable {
    var now: Date
    /// Since when the run waits on this step; nil where it has just come to it.
    var beganAt: Date?
    var playbook: String
    var account: AccountFacts
    /// Who looks after the account; nil is nobody.
    var owner: UserFacts?
    /// Why the account was enrolled.
    var reason: String?
    var admins: [UserFacts] = []
    var users: [String: UserFacts] = [:]
    var contacts: [ContactFacts] = []
    /// Since when the account is in each of the segments that were asked for; absent where it is not in one.
    var memberSince: [String: Date] = [:]
    /// The answers to expressions.
    var holds: [String: Bool] = [:]
    var lastTask: Int64?
}

struct AccountFacts: Equatable, Sendable {
    var id: Int64
    var key: String
    var name: String
    /// The last day of an absence.
    var onHolidayUntil: CalendarDay?
}

struct UserFacts: Equatable, Sendable {
    var id: Int64
    var name: String
    /// IANA name of the time zone.
    var timeZone: String

    /// The zone; UTC where the name is unknown.
    var zone: TimeZone { TimeZone(identifier: timeZone) ?? .gmt }
}

struct ContactFacts: Equatable, Sendable {
    var id: Int64
    var role: String?
}

/// What a step has done in the database, in the transaction in which the run moves on.
enum Effect: Equatable, Sendable {
    case message(MessageDraft)
    case task(TaskDraft)
}

/// A message for each of some contacts or users; subject and body are mustache, rendered by notifier for each.
struct MessageDraft: Equatable, Sendable {
    var contacts: [Int64] = []
    var users: [Int64] = []
    var channel: String
    var topic: String
    var subject: String?
    var body: String
    var task: Int64?
}

struct TaskDraft: Equatable, Sendable {
    var title: String
    var reason: String?
    var script: String?
    var dueAt: Date
    var owner: Int64?
}
