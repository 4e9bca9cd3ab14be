extension Signal {
    static let cancelPage = Signal(
        "cancel_page", title: "Looked at how to cancel",
        about: """
            The last visit to where one cancels, by the events of HOLDFAST_RISK_CANCEL_EVENTS; fades with a half-life of 14 \
            days and is over after 56. No data where nobody ever sent such an event.
            """,
        isEvent: true,
        words: { (evidence: WatchedEvent.Evidence) in "Looked at how to cancel \(Words.ago(evidence.ageDays))" },
        ukrainian: { "Дивились, як скасувати, \(Words.agoUk($0.ageDays))" },
        measure: { WatchedEvent.measure($0, $0.watched.cancels, halfLifeDays: 14) })
}
