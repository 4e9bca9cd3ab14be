import Foundation
import Postgres

/// The page of an account, ready for its template.
struct AccountContent {
    struct Risk {
        let percent: Int
        let band: String
        let since: String
        /// Who set the band by hand, until when and why; nil where nobody did.
        let setByHand: String?
        /// Whether nothing was learned yet, so that it is what experts think.
        let isOpinion: Bool
        /// Where accounts like it begin [percent].
        let base: Int
    }

    struct Reason {
        let words: String
        let signal: String
        /// `more` where it adds to the risk, `less` where it takes from it.
        let side: String
        /// Its part of the largest contribution [percent].
        let width: Int
        /// What the probability would be without it, in words.
        let spoken: String
    }

    struct Entry {
        let at: String
        let day: String
        let kind: String
        let words: String
    }

    struct AccountTask {
        let id: Int64
        let title: String
        let state: String
        let reason: String?
        let mayDo: Bool
        let formToken: String
        let back: String
    }

    struct Subscription {
        let plan: String
        let state: String
        let mrr: String
    }

    struct Person {
        let name: String
        let role: String?
        let addresses: [String]
        let consents: String
    }

    let name: String
    let facts: String
    let isStub: Bool
    let notice: String?
    /// Since when it is lost; nil where it isn't.
    let lost: String?
    let risk: Risk?
    let reasons: [Reason]
    let entries: [Entry]
    let older: String?
    let tasks: [AccountTask]
    let subscriptions: [Subscription]
    let contacts: [Person]
    let hasReasons: Bool
    let hasEntries: Bool
    let hasTasks: Bool
    let hasSubscriptions: Bool
    let hasContacts: Bool
    let noReasons: String
    /// The signals that have no data, in words; nil where all have.
    let unknown: String?
}
