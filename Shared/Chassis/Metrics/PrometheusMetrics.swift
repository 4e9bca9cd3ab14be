package import Metrics
import Synchronization

/// The process's metrics: what swift-metrics records, kept for `/metrics` in Prometheus' text form.
package final class PrometheusMetrics: MetricsFactory {
    /// A metric has at most this many combinations of label values; what comes after is counted under `other`.
    package static let seriesLimit = 500

    enum Sample: Sendable {
        case counter(CounterSample)
        case gauge(GaugeSample)
        case histogram(HistogramSample)

        var type: String {
            switch self {
            case .counter: "counter"
            case .gauge: "gauge"
            case .histogram: "histogram"
            }
        }
    }

    private struct State {
        /// By metric name, then by its labels as they will be written.
        var families: [String: [String: Sample]] = [:]
        var overflown = 0
    }

    private let state = Mutex(State())

    package init() {}

    /// Makes these the metrics of the whole process, the same ones each time that it is called.
    package static let process: PrometheusMetrics = {
        let metrics = PrometheusMetrics()
        MetricsSystem.bootstrap(metrics)
        return metrics
    }()

    /// The sample under that name and those labels. Where the name is taken by another type, one that nobody reads.
    private func sample(_ name: String, _ dimensions: [(String, String)], _ make: () -> Sample) -> Sample {
        let labels = PrometheusText.labels(dimensions)
        return state.withLock { state in
            if let known = state.families[name]?[labels] { return known.type == make().type ? known : make() }
            let family = state.families[name] ?? [:]
            let new = make()
            if let first = family.first?.value, first.type != new.type { return new }
            var labels = labels
            if family.count >= PrometheusMetrics.seriesLimit {
                state.overflown += 1
                labels = PrometheusText.labels(dimensions.map { ($0.0, "other") })
                if let known = family[labels] { return known }
            }
            state.families[name, default: [:]][labels] = new
            return new
        }
    }

    private func remove(_ matches: (Sample) -> Bool) {
        state.withLock { state in
            for (name, family) in state.families { state.families[name] = family.filter { !matches($0.value) } }
        }
    }

    func snapshot() -> (families: [String: [String: Sample]], overflown: Int) {
        state.withLock { ($0.families, $0.overflown) }
    }
}

extension PrometheusMetrics {
    package func makeCounter(label: String, dimensions: [(String, String)]) -> any CounterHandler {
        counter(label, dimensions)
    }

    package func makeFloatingPointCounter(
        label: String, dimensions: [(String, String)]
    ) -> any FloatingPointCounterHandler { counter(label, dimensions) }

    private func counter(_ label: String, _ dimensions: [(String, String)]) -> CounterSample {
        let name = PrometheusText.name(label, suffix: "_total")
        guard case .counter(let sample) = sample(name, dimensions, { .counter(CounterSample()) }) else {
            return CounterSample()
        }
        return sample
    }

    package func makeMeter(label: String, dimensions: [(String, String)]) -> any MeterHandler {
        gauge(label, dimensions)
    }

    private func gauge(_ label: String, _ dimensions: [(String, String)]) -> GaugeSample {
        let name = PrometheusText.name(label, suffix: "")
        guard case .gauge(let sample) = sample(name, dimensions, { .gauge(GaugeSample()) }) else {
            return GaugeSample()
        }
        return sample
    }

    package func makeRecorder(label: String, dimensions: [(String, String)], aggregate: Bool) -> any RecorderHandler {
        guard aggregate else { return gauge(label, dimensions) }
        return histogram(PrometheusText.name(label, suffix: ""), dimensions, HistogramSample.counts)
    }

    package func makeTimer(label: String, dimensions: [(String, String)]) -> any TimerHandler {
        histogram(PrometheusText.name(label, suffix: "_seconds"), dimensions, HistogramSample.seconds)
    }

    private func histogram(_ name: String, _ dimensions: [(String, String)], _ bounds: [Double]) -> HistogramSample {
        guard case .histogram(let sample) = sample(name, dimensions, { .histogram(HistogramSample(bounds: bounds)) })
        else { return HistogramSample(bounds: bounds) }
        return sample
    }

    package func destroyCounter(_ handler: any CounterHandler) { remove { $0.object === handler } }
    package func destroyFloatingPointCounter(_ handler: any FloatingPointCounterHandler) {
        remove { $0.object === handler }
    }
    package func destroyMeter(_ handler: any MeterHandler) { remove { $0.object === handler } }
    package func destroyRecorder(_ handler: any RecorderHandler) { remove { $0.object === handler } }
    package func destroyTimer(_ handler: any TimerHandler) { remove { $0.object === handler } }
}

extension PrometheusMetrics.Sample {
    fileprivate var object: AnyObject {
        switch self {
        case .counter(let sample): sample
        case .gauge(let sample): sample
        case .histogram(let sample): sample
        }
    }
}
