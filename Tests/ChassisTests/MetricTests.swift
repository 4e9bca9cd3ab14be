@testable import Chassis
import Metrics
import Testing

@Suite struct MetricTests {
    @Test func everyKindIsWrittenInPrometheusText() {
        let metrics = PrometheusMetrics()
        Counter(label: "jobs.done", dimensions: [("kind", "a\"b\\c\nd"), ("Queue-Name", "q")], factory: metrics)
            .increment(by: 3)
        FloatingPointCounter(label: "money", factory: metrics).increment(by: 0.5)
        Gauge(label: "depth", factory: metrics).record(-2)
        Meter(label: "load", factory: metrics).increment(by: 1.5)
        let timer = Timer(label: "request", factory: metrics)
        timer.recordMilliseconds(3)
        timer.recordSeconds(1_000)
        let text = PrometheusText.render(metrics)
        for line in [
            "# TYPE holdfast_jobs_done_total counter",
            "holdfast_jobs_done_total{kind=\"a\\\"b\\\\c\\nd\",queue_name=\"q\"} 3",
            "holdfast_money_total 0.5", "holdfast_depth -2", "holdfast_load 1.5",
            "# TYPE holdfast_request_seconds histogram",
            "holdfast_request_seconds_bucket{le=\"0.0025\"} 0", "holdfast_request_seconds_bucket{le=\"0.005\"} 1",
            "holdfast_request_seconds_bucket{le=\"300\"} 1", "holdfast_request_seconds_bucket{le=\"+Inf\"} 2",
            "holdfast_request_seconds_sum 1000.003", "holdfast_request_seconds_count 2",
        ] {
            #expect(text.split(separator: "\n").contains { $0 == line }, "\(line) in:\n\(text)")
        }
    }

    @Test func labelsAreBoundedAndWhatIsAboveIsCounted() {
        let metrics = PrometheusMetrics()
        for number in 0..<(PrometheusMetrics.seriesLimit + 50) {
            Counter(label: "c", dimensions: [("path", "/\(number)")], factory: metrics).increment()
        }
        let lines = PrometheusText.render(metrics).split(separator: "\n")
        #expect(lines.filter { $0.hasPrefix("holdfast_c_total{") }.count == PrometheusMetrics.seriesLimit + 1)
        #expect(lines.contains("holdfast_c_total{path=\"other\"} 50"))
        #expect(lines.contains("holdfast_metrics_overflown_total 50"))
    }

    @Test func sameLabelsAreTheSameCounterAndDestroyForgetsIt() {
        let metrics = PrometheusMetrics()
        for _ in 0..<2 { Counter(label: "c", dimensions: [("b", "1"), ("a", "2")], factory: metrics).increment() }
        #expect(PrometheusText.render(metrics).contains("holdfast_c_total{a=\"2\",b=\"1\"} 2\n"))
        Counter(label: "c", dimensions: [("a", "2"), ("b", "1")], factory: metrics).destroy()
        #expect(!PrometheusText.render(metrics).contains("holdfast_c_total"))
    }

    @Test func aNameTakenByAnotherTypeIsNotMixedUp() {
        let metrics = PrometheusMetrics()
        Gauge(label: "x_seconds", factory: metrics).record(1)
        Timer(label: "x", factory: metrics).recordSeconds(5)
        let text = PrometheusText.render(metrics)
        #expect(text.contains("# TYPE holdfast_x_seconds gauge\nholdfast_x_seconds 1\n") && !text.contains("_bucket"))
    }
}
