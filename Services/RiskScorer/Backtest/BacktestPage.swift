import Foundation

/// A judgement as a page of its own, which needs nothing beside it: figures, what was said against what happened, and how many
/// of those who were lost are reached by calling the highest first.
struct BacktestPage {
    let title: String
    let sheet: BacktestSheet
    let scores: [Double]
    let labels: [Bool]
    var isProbability = true

    private static let size = 320.0
    private static let margin = 36.0

    func html() -> String {
        var curves = [
            Self.chart(
                "Reached by calling the highest first", "share of accounts", "share of the lost", gain, isDiagonal: true
            )
        ]
        if isProbability {
            let points = sheet.judgement.reliability.map { ($0.said, $0.happened) }
            curves.insert(
                Self.chart(
                    "What was said, and what happened", "said", "happened", points, isDiagonal: true, hasDots: true),
                at: 0)
        }
        return """
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><title>\(Self.escaped(title))</title>
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <style>
            body { font: 15px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; color: #222; background: #fff }
            pre { white-space: pre-wrap; background: #f5f5f2; padding: 1rem; border-radius: 6px }
            figure { display: inline-block; margin: 0 1rem 1rem 0 } figcaption { font-weight: 600 }
            svg text { font: 11px system-ui, sans-serif; fill: #555 }
            </style></head><body>
            <h1>\(Self.escaped(title))</h1>
            <pre>\(Self.escaped(sheet.text))</pre>
            \(curves.joined(separator: "\n"))
            </body></html>

            """
    }

    /// Share of the lost by share of accounts, the highest scores first; equal scores in one step.
    private var gain: [(Double, Double)] {
        let order = scores.indices.sorted { scores[$1] < scores[$0] }
        let lost = Double(max(labels.count { $0 }, 1))
        var points = [(0.0, 0.0)]
        var found = 0.0
        for (place, row) in order.enumerated() {
            if labels[row] { found += 1 }
            let isLast = place + 1 == order.count || scores[order[place + 1]] != scores[row]
            if isLast { points.append((Double(place + 1) / Double(order.count), found / lost)) }
        }
        // A few hundred points are as good as all.
        let step = max(1, points.count / 300)
        return points.enumerated().filter { $0.offset % step == 0 || $0.offset == points.count - 1 }.map(\.element)
    }

    private static func chart(
        _ caption: String, _ across: String, _ up: String, _ points: [(Double, Double)], isDiagonal: Bool,
        hasDots: Bool = false
    ) -> String {
        let most = hasDots ? max(0.05, points.map { max($0.0, $0.1) }.max() ?? 1) : 1
        func x(_ value: Double) -> String { String(format: "%.1f", margin + value / most * size) }
        func y(_ value: Double) -> String { String(format: "%.1f", margin / 2 + size - value / most * size) }
        let line = points.map { "\(x($0.0)),\(y($0.1))" }.joined(separator: " ")
        let dots =
            hasDots
            ? points.map { "<circle cx=\"\(x($0.0))\" cy=\"\(y($0.1))\" r=\"3.5\" fill=\"#b3401f\"/>" }.joined() : ""
        let diagonal =
            isDiagonal
            ? "<line x1=\"\(x(0))\" y1=\"\(y(0))\" x2=\"\(x(most))\" y2=\"\(y(most))\" stroke=\"#bbb\" stroke-dasharray=\"4 4\"/>"
            : ""
        let percent = String(format: "%.0f %%", most * 100)
        let (width, height) = (Int(size + margin * 1.5), Int(size + margin * 1.5))
        return """
            <figure><figcaption>\(escaped(caption))</figcaption>
            <svg width="\(width)" height="\(height)" role="img" aria-label="\(escaped(caption))">
            <rect x="\(x(0))" y="\(y(most))" width="\(Int(size))" height="\(Int(size))" fill="none" stroke="#ddd"/>
            \(diagonal)<polyline points="\(line)" fill="none" stroke="#b3401f" stroke-width="2"/>\(dots)
            <text x="\(x(0))" y="\(Int(size + margin))">0</text><text x="\(x(most))" y="\(Int(size + margin))" text-anchor="end">\(percent) \(escaped(across))</text>
            <text x="2" y="\(y(most))" dy="4">\(percent)</text><text x="\(x(0))" y="\(y(most))" dx="6" dy="14">\(escaped(up))</text>
            </svg></figure>
            """
    }

    static func escaped(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;").replacing(
            "\"", with: "&quot;")
    }
}
