import Postgres

extension Fact {
    static let signalValue = Fact(
        path: [.step("signal", .text)], type: .share,
        source: .signal, historised: false, changesWithTime: true,
        doc: """
            How worrying a signal is, from 0 to 1, as last measured. No data where the signal has none, which is \
            never 0.
            """,
        unit: "share", example: "signal(\"data_export\") > 0"
    ) { call in
        .grouped(
            .signals, reach: Reach(names: [call.text]), value: "max(s.value) filter (where s.signal = \(call.text))",
            absent: nil)
    }
}
