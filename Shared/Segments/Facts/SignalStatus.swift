import Postgres

extension Fact {
    static let signalStatus = Fact(
        path: [.step("signal", .text), .step("status")],
        type: .choice(["ok", "insufficient_history", "no_data", "not_applicable", "stale_source"]),
        source: .signal, historised: false, changesWithTime: true,
        doc: "Whether a signal could be measured, and if not, why. No data where it was never tried.",
        unit: "status", example: "signal(\"usage_drop\").status = \"stale_source\""
    ) { call in
        .grouped(
            .signals, reach: Reach(names: [call.text]), value: "max(s.status) filter (where s.signal = \(call.text))",
            absent: nil)
    }
}
