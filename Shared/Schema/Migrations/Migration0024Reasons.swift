extension Migration {
    /// Reasons in Ukrainian, and signals that tell those who are lost without having decided to go.
    static let reasons = Migration(
        number: 24, name: "reasons",
        sql: #"""
            alter table risk.signal_kind add involuntary boolean not null default false;
            comment on column risk.signal_kind.involuntary is
                'true where the customer has not decided to go, as with a payment that failed';
            alter table risk.score_reason add words_uk text not null default '';
            comment on column risk.score_reason.words_uk is 'the reason in words, in Ukrainian';
            """#)
}
