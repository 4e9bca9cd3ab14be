import Postgres

/// A signal: one measured reason to worry. One file each in `Signals`, and a line in `Signals.all`.
struct Signal: Sendable {
    /// Letters, digits and `_`; how segments, tables and weights call it.
    let name: String
    /// A few words for people.
    let title: String
    /// What it measures and how, in a sentence or two.
    let about: String
    /// Whether a single event switches it on. It is on where its value is above 0; each switch is worth a `risk.changed`.
    let isEvent: Bool
    /// What is known of an account of which `measure` has no row: no data, or that the signal makes no sense for it.
    let absent: SignalStatus
    /// A query with the columns account_id, value (double precision), status (text) and evidence (jsonb), at most one row for
    /// each row of `target`. What it may read is listed in `SharedRows`.
    let measure: @Sendable (SignalCall) -> SQL
    /// Whether the customer is lost without having decided to go, as where a payment fails: money is chased, not a heart won.
    let isInvoluntary: Bool
    /// Whether it is about silence, which says nothing while the customer is on holiday.
    let isOfAbsence: Bool
    /// The evidence of a value above 0 in words, without a full stop. Throws where the evidence is not its own.
    let words: @Sendable (JSONText) throws -> String
    /// The same in Ukrainian; in English where the signal has no other words.
    let ukrainian: @Sendable (JSONText) throws -> String

    init<Evidence: Decodable & Sendable>(
        _ name: String, title: String, about: String, isEvent: Bool = false, isInvoluntary: Bool = false,
        isOfAbsence: Bool = false, absent: SignalStatus = .noData, words: @escaping @Sendable (Evidence) -> String,
        ukrainian: (@Sendable (Evidence) -> String)? = nil, measure: @escaping @Sendable (SignalCall) -> SQL
    ) {
        self.name = name
        self.title = title
        self.about = about
        self.isEvent = isEvent
        self.isInvoluntary = isInvoluntary
        self.isOfAbsence = isOfAbsence
        self.absent = absent
        self.measure = measure
        self.words = { words(try $0.decode(Evidence.self)) }
        let ukrainian = ukrainian ?? words
        self.ukrainian = { ukrainian(try $0.decode(Evidence.self)) }
    }
}

/// What a signal is measured with.
struct SignalCall: Sendable {
    let moment: Moment
    let fleet: Fleet
    let watched: WatchedEvents
    let rule: LossRule
    /// Whether few accounts are measured, as when something has just happened to them.
    let isNarrow: Bool

    /// Whether to look for these events: for few accounts always, for they may be the first of their kind; for many where the
    /// fleet is known to send any.
    func searches(_ events: [String]) -> Bool { isNarrow || fleet.sends(events) }

    /// The UTC day of the moment, as a value in SQL.
    var today: SQL { "\(moment.today)::date" }
}
