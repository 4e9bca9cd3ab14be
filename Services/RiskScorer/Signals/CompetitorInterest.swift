extension Signal {
    static let competitorInterest = Signal(
        "competitor_interest", title: "Looks at competitors",
        about: """
            The last sign of interest in others: an event of HOLDFAST_RISK_COMPETITOR_EVENTS, or an interaction of the kind \
            competitor, as a manager notes it; fades with a half-life of 30 days and is over after 120.
            """,
        isEvent: true,
        words: { (evidence: WatchedEvent.Evidence) in "Showed interest in a competitor \(Words.ago(evidence.ageDays))"
        },
        ukrainian: { "Цікавились конкурентом \(Words.agoUk($0.ageDays))" },
        measure: { WatchedEvent.measure($0, $0.watched.competitors, notes: ["competitor"], halfLifeDays: 30) })
}
