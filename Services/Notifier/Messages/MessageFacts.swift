import Foundation
import Model

/// A message that was asked for, with all that is needed to decide about it and to render it.
struct MessageFacts: Sendable {
    struct Account: Sendable {
        var id: Int64
        var key: String
        var name: String
        var country: String?
        var language: String?
        var industry: String?
    }
    struct Person: Sendable {
        var name: String
        var key: String?
        var email: String?
    }
    struct Task: Sendable {
        var id: Int64
        var title: String
        var reason: String?
        var dueAt: Date?
    }
    struct Risk: Sendable {
        var probability: Double
        var band: String
    }
    struct Reason: Sendable {
        var signal: String
        var words: String
    }
    struct Address: Sendable, Equatable {
        var value: String
        var isSuppressed: Bool
    }

    var id: Int64
    var channel: String
    var topic: String
    var subject: String?
    var body: String
    var contactID: Int64?
    var userID: Int64?
    /// Nil where it was merged into another or is gone.
    var account: Account?
    var contact: Person?
    /// Nil where there is none, or it was disabled.
    var user: Person?
    var owner: Person?
    var task: Task?
    var enrollmentReason: String?
    var playbook: String?
    var risk: Risk?
    var reasons: [Reason] = []
    var money: Money?
    var consents: ConsentFacts?
    /// Where the person can be reached by this channel, in the order of preference.
    var addresses: [Address] = []
}
