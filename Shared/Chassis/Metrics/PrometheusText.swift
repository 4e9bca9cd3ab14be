/// Prometheus' text exposition format, version 0.0.4.
enum PrometheusText {
    static let contentType = "text/plain; version=0.0.4; charset=utf-8"
    /// A label's value is cut at this many bytes.
    private static let valueLimit = 128

    /// `http.requests` → `holdfast_http_requests_total`.
    static func name(_ label: String, suffix: String) -> String {
        var name = sanitised(label)
        if !name.hasPrefix("holdfast_") { name = "holdfast_" + name }
        return name.hasSuffix(suffix) ? name : name + suffix
    }

    /// `{method="GET",route="/v1/track"}`, sorted; empty without dimensions.
    static func labels(_ dimensions: [(String, String)]) -> String {
        guard !dimensions.isEmpty else { return "" }
        var seen: [String: String] = [:]
        for (key, value) in dimensions { seen[sanitised(key)] = escaped(value) }
        return "{" + seen.sorted { $0.key < $1.key }.map { "\($0.key)=\"\($0.value)\"" }.joined(separator: ",") + "}"
    }

    private static func sanitised(_ text: String) -> String {
        let bytes = text.utf8.prefix(120).map { UInt8.isLetterOrDigit($0) ? $0 : UInt8(ascii: "_") }
        let name = String(decoding: bytes, as: UTF8.self).lowercased()
        guard let first = name.utf8.first, !(48...57).contains(first) else { return "_" + name }
        return name
    }

    private static func escaped(_ value: String) -> String {
        String(value.prefix(valueLimit)).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
            .replacing("\n", with: "\\n")
    }

    static func render(_ metrics: PrometheusMetrics) -> String {
        let (families, overflown) = metrics.snapshot()
        var text = ""
        for (name, family) in families.sorted(by: { $0.key < $1.key }) {
            guard let type = family.first?.value.type else { continue }
            text += "# TYPE \(name) \(type)\n"
            for (labels, sample) in family.sorted(by: { $0.key < $1.key }) { text += lines(name, labels, sample) }
        }
        text += "# TYPE holdfast_metrics_overflown_total counter\nholdfast_metrics_overflown_total \(overflown)\n"
        return text
    }

    private static func lines(_ name: String, _ labels: String, _ sample: PrometheusMetrics.Sample) -> String {
        switch sample {
        case .counter(let counter): return "\(name)\(labels) \(number(counter.total))\n"
        case .gauge(let gauge): return "\(name)\(labels) \(number(gauge.current))\n"
        case .histogram(let histogram):
            let state = histogram.current
            var text = ""
            var below = 0
            for (bound, count) in zip(histogram.bounds.map(number) + ["+Inf"], state.counts) {
                below += count
                text += "\(name)_bucket\(adding("le", bound, to: labels)) \(below)\n"
            }
            return text + "\(name)_sum\(labels) \(number(state.sum))\n\(name)_count\(labels) \(below)\n"
        }
    }

    private static func adding(_ key: String, _ value: String, to labels: String) -> String {
        let label = "\(key)=\"\(value)\""
        return labels.isEmpty ? "{\(label)}" : labels.dropLast() + ",\(label)}"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        return value == value.rounded() && abs(value) < 1e15 ? String(Int64(value)) : String(value)
    }
}
