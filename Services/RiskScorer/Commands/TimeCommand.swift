import ArgumentParser
import Chassis
import Foundation

/// Times the fits alone, on arrays in memory, as `compose/bench risk` asks for them.
struct TimeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "time", abstract: "Time the fits on arrays that were read before. For compose/bench.",
        discussion: """
            --purchases has the lines x,tx,T; --rows the lines label,value,value,… of a regression with the penalty of a Gaussian \
            prior of precision 1. Prints one JSON object with the times of each round, in seconds.
            """, shouldDisplay: false)

    @Option(help: "A CSV file without a heading.") var purchases: String?
    @Option(help: "A CSV file without a heading.") var rows: String?
    @Option(help: "How often each is done.") var rounds = 7

    private struct Content: Encodable {
        var bgnbd_s: [Double] = []
        var bgnbd: [Double] = []
        var log_likelihood: Double?
        var expected_1m_s: [Double] = []
        var logit_s: [Double] = []
        var coefficients: [Double] = []
    }

    func run() async throws {
        try await Program.run("risk-scorer") {
            var content = Content()
            if let purchases { try time(Self.numbers(purchases), &content) }
            if let rows { try time(regression: Self.numbers(rows), &content) }
            print(String(decoding: try JSONEncoder().encode(content), as: UTF8.self))
        }
    }

    private static func numbers(_ path: String) throws -> [[Double]] {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ProgramFailure(.badInput, "\(path) can't be read.")
        }
        return String(decoding: data, as: UTF8.self).split(separator: "\n").map { line in
            line.split(separator: ",").map { Double($0) ?? .nan }
        }
    }

    private func seconds(_ body: () throws -> Void) rethrows -> Double {
        let took = try ContinuousClock().measure(body)
        return Double(took.components.seconds) + Double(took.components.attoseconds) * 1e-18
    }

    private func time(_ lines: [[Double]], _ content: inout Content) throws {
        let customers = lines.map { PurchaseSummary(repeats: Int($0[0]), recency: $0[1], age: $0[2]) }
        var model: PurchaseModel?
        for _ in 0..<rounds {
            content.bgnbd_s.append(
                try seconds {
                    let fit = try PurchaseModel.fit(.bgnbd, PurchaseCounts(customers))
                    (model, content.log_likelihood) = (fit.model, fit.logLikelihood)
                })
        }
        guard let model else { return }
        content.bgnbd = [model.r, model.alpha, model.a, model.b]
        let many = (0..<1_000_000).map { customers[$0 % customers.count] }
        for _ in 0..<min(rounds, 3) {
            var sum = 0.0
            content.expected_1m_s.append(
                seconds { for customer in many { sum += model.expected(customer, weeks: 39) } })
            if sum.isNaN { throw ProgramFailure(.internalError, "An expectation is no number.") }
        }
    }

    private func time(regression lines: [[Double]], _ content: inout Content) {
        let width = (lines.first?.count ?? 1) - 1
        var design = Design(switches: 0, onPerRow: 0, values: width)
        for line in lines { design.append(on: [], values: Array(line.dropFirst())) }
        let labels = lines.map { $0[0] == 1 }
        let prior = LogisticRegression.Prior(
            means: [Double](repeating: 0, count: width), precisions: [Double](repeating: 1, count: width))
        for _ in 0..<rounds {
            var fit: LogisticRegression?
            content.logit_s.append(
                seconds {
                    fit = LogisticRegression.fit(design, labels: labels, rows: Array(labels.indices), prior: prior)
                })
            content.coefficients = (fit?.coefficients ?? []) + [fit?.intercept ?? .nan]
        }
    }
}
