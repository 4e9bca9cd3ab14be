import Foundation
import Model
import Testing

@testable import RiskScorer

/// The purchase models against what was published, and against two independent optimisers on the same raw dates.
@Suite struct PurchaseModelTests {
    static let published = ProcessInfo.processInfo.environment["HOLDFAST_DATA"].map { $0 + "/cdnow/CDNOW_sample.txt" }

    private static let bgnbd = PurchaseModel(
        kind: .bgnbd, r: 0.24259452, alpha: 4.41360191, a: 0.79292194, b: 2.42590666)
    private static let spend = SpendModel(p: 6.2495708, q: 3.744225, gamma: 15.4435265)

    /// Customer, repeats, recency, age, mean spend; then expected purchases in 39 weeks, the chance to be active, expected
    /// spend.
    private static let golden = """
        0001 2 30.42857143 38.85714286 22.345 1.22599449 0.72662032 24.65391935
        0002 1 1.71428571 38.85714286 11.77 0.20341885 0.21239105 18.9100202
        0003 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0004 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0005 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0006 7 29.42857143 38.85714286 73.74142857 3.33757152 0.64183473 71.46470493
        0007 1 5.0 38.85714286 11.77 0.30163667 0.31494096 18.9100202
        0008 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0009 2 35.71428571 38.85714286 25.55 1.32428165 0.78487299 27.28193125
        0010 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0011 5 24.42857143 38.85714286 29.44 1.87114698 0.49144388 29.90262035
        0012 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0013 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0014 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0015 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0016 0 0.0 38.85714286 0 0.19479363 1.0 35.17037106
        0017 10 34.14285714 38.85714286 24.235 5.93537931 0.81553708 24.69498084
        0018 1 4.85714286 38.85714286 9.99 0.29772406 0.31085578 17.67314133
        0019 3 28.28571429 38.71428571 25.07666667 1.67262331 0.6946405 26.36543403
        0020 0 0.0 38.71428571 0 0.19537515 1.0 35.17037106
        1516 26 30.85714286 31.0 39.97 20.74890356 0.96885444 39.89028677
        """

    private func near(_ one: Double, _ other: Double, _ tolerance: Double) -> Bool {
        abs(one - other) <= tolerance * max(abs(other), 1e-300)
    }

    /// The published sample, with the days of its hold-out.
    private func sample() throws -> OrderFile {
        let text = try String(contentsOfFile: try #require(Self.published), encoding: .utf8)
        let lines = text.split(whereSeparator: \.isNewline).map { line in
            let cells = line.split(separator: " ")
            return "\(cells[1]),\(cells[2]),\(cells[4])"
        }
        let file = try DataFile("cdnow", Data(("customer,date,amount\n" + lines.joined(separator: "\n")).utf8))
        return try OrderFile(file, customer: "customer", date: "date", amount: "amount")
    }

    private static let end = OrderFile.day("1997-09-30") ?? 0

    @Test func foretellsOfEachCustomerWhatTheReferenceDoes() {
        for line in Self.golden.split(separator: "\n") {
            let cells = line.split(separator: " ").map { Double($0) ?? .nan }
            let customer = PurchaseSummary(repeats: Int(cells[1]), recency: cells[2], age: cells[3])
            #expect(near(Self.bgnbd.expected(customer, weeks: 39), cells[5], 1e-6), "\(line)")
            #expect(near(Self.bgnbd.alive(customer), cells[6], 1e-6), "\(line)")
            let spending = customer.repeats > 0 ? SpendModel.Spending(repeats: customer.repeats, mean: cells[4]) : nil
            if cells[7] > 0 { #expect(near(Self.spend.expected(spending) ?? 0, cells[7], 1e-6), "\(line)") }
        }
        let published = PurchaseSummary(repeats: 26, recency: 30.857142857142858, age: 31)
        #expect(near(Self.bgnbd.expected(published, weeks: 52), 25.757338, 1e-5))
        #expect(near(Self.bgnbd.expectedOfNew(weeks: 52), 1.444021, 1e-5))
    }

    @Test(.enabled(if: published != nil, "HOLDFAST_DATA names no folder with the published data"))
    func findsThePublishedParameters() throws {
        let orders = try sample()
        let counts = PurchaseCounts(orders.customers.compactMap { OrderFile.summary($0.days, at: Self.end) })
        #expect(counts.rows.count == 1_016)
        let fit = try PurchaseModel.fit(.bgnbd, counts)
        #expect(fit.note == nil && fit.model.kind == .bgnbd)
        for (found, wanted) in zip(
            [fit.model.r, fit.model.alpha, fit.model.a, fit.model.b], [0.242595, 4.41360, 0.792922, 2.42591])
        { #expect(near(found, wanted, 1e-4)) }
        #expect(abs(fit.logLikelihood + 9582.4292) < 1e-3)
        let modified = try PurchaseModel.fit(.mbgnbd, counts)
        for (found, wanted) in zip(
            [modified.model.r, modified.model.alpha, modified.model.a, modified.model.b],
            [0.52484309, 6.18308455, 0.89135947, 1.61400263])
        { #expect(near(found, wanted, 1e-4)) }
        #expect(abs(modified.logLikelihood + 9582.1357) < 1e-3)
        let spend = try #require(
            SpendModel.fit(orders.customers.compactMap { OrderFile.spending($0.days, at: Self.end) }))
        for (found, wanted) in zip(
            [spend.model.p, spend.model.q, spend.model.gamma], [6.2495708, 3.744225, 15.4435265])
        {
            #expect(near(found, wanted, 1e-4))
        }
        #expect(abs(spend.logLikelihood + 4055.9177) < 1e-3)
    }

    @Test(.enabled(if: published != nil, "HOLDFAST_DATA names no folder with the published data"))
    func foretellsTheHoldOut() throws {
        let orders = try sample()
        let found = orders.customers.compactMap { customer -> (said: Double, happened: Double)? in
            guard let summary = OrderFile.summary(customer.days, at: Self.end) else { return nil }
            let later = customer.days.count { $0.day > Self.end && $0.day <= Self.end + 273 }
            return (Self.bgnbd.expected(summary, weeks: 39), Double(later))
        }
        let n = Double(found.count)
        #expect(found.count == 2_357)
        #expect(abs(found.reduce(0) { $0 + $1.said } - 1653.41) < 0.5)
        #expect(abs(found.reduce(0) { $0 + abs($1.said - $1.happened) } / n - 0.7855) < 0.001)
        let (meanSaid, meanHappened) = (
            found.reduce(0) { $0 + $1.said } / n, found.reduce(0) { $0 + $1.happened } / n
        )
        var (both, said, happened) = (0.0, 0.0, 0.0)
        for row in found {
            both += (row.said - meanSaid) * (row.happened - meanHappened)
            said += (row.said - meanSaid) * (row.said - meanSaid)
            happened += (row.happened - meanHappened) * (row.happened - meanHappened)
        }
        #expect(abs(both / (said * happened).squareRoot() - 0.6257) < 0.001)
    }

    @Test func withoutDropOutItIsAnNBDAndSaysSo() throws {
        var random = Folds.SplitMix(7)
        // Everybody buys at a rate of its own for two years and nobody stops.
        let customers = (0..<800).map { _ in
            let rate = Double.random(in: 0.02...0.5, using: &random)
            var (time, last, repeats) = (0.0, 0.0, 0)
            while true {
                time -= log(Double.random(in: 0.0000001..<1, using: &random)) / rate
                if time > 104 { break }
                (last, repeats) = (time, repeats + 1)
            }
            return PurchaseSummary(repeats: repeats, recency: last, age: 104)
        }
        let fit = try PurchaseModel.fit(.bgnbd, PurchaseCounts(customers))
        #expect(fit.model.kind == .nbd)
        #expect(fit.note?.contains("no drop-out") == true)
        #expect(fit.model.alive(customers[0]) == 1)
        let all = customers.reduce(0) { $0 + fit.model.expected($1, weeks: 104) }
        let bought = Double(customers.reduce(0) { $0 + $1.repeats })
        #expect(near(all, bought, 0.02), "as many are expected of the same time as there were")
    }

    @Test func hundredsOfPurchasesAndFarHorizonsAreFinite() {
        for repeats in [0, 1, 30, 300, 900] {
            for weeks in [0.01, 39, 520, 50_000] {
                let customer = PurchaseSummary(repeats: repeats, recency: repeats == 0 ? 0 : 499, age: 500)
                for kind in PurchaseModel.Kind.allCases {
                    let model = PurchaseModel(kind: kind, r: 0.24, alpha: 4.4, a: 0.79, b: 2.4)
                    let expected = model.expected(customer, weeks: weeks)
                    #expect(expected.isFinite && expected >= 0, "\(kind) \(repeats) \(weeks): \(expected)")
                    #expect((0...1).contains(model.alive(customer)))
                }
            }
        }
        // Continuous where the published formula is 0/0.
        let customer = PurchaseSummary(repeats: 3, recency: 20, age: 30)
        let around = [0.99, 0.999999, 1, 1.000001, 1.01].map {
            PurchaseModel(kind: .bgnbd, r: 0.3, alpha: 4, a: $0, b: 2).expected(customer, weeks: 20)
        }
        #expect(near(around[1], around[2], 1e-5) && near(around[3], around[2], 1e-5))
        #expect(around[0] > around[2] && around[2] > around[4])
    }

    @Test func tooFewToFit() {
        let customers = (0..<20).map { PurchaseSummary(repeats: $0 < 2 ? 1 : 0, recency: 1, age: 10) }
        #expect(throws: PurchaseModel.FitError.tooFew) { try PurchaseModel.fit(.bgnbd, PurchaseCounts(customers)) }
        #expect(SpendModel.fit([]) == nil)
    }

    @Test func functionsAreWhatTheTablesSay() {
        #expect(near(SpecialFunctions.digamma(1), -0.5772156649015329, 1e-13))
        #expect(near(SpecialFunctions.digamma(0.25), -4.227453533376265, 1e-13))
        for x in [0.01, 0.7, 3.3, 9.99, 42, 1e4] {
            #expect(near(SpecialFunctions.digamma(x + 1) - 1 / x, SpecialFunctions.digamma(x), 1e-12))
        }
        // 2F1(1, 1; 2; z) = -ln(1 - z)/z; 2F1(a, b; b; z) = (1 - z)^-a.
        for z in [0.0, 0.1, 0.5, 0.9, 0.999] {
            #expect(near(SpecialFunctions.hypergeometric(1, 1, 2, z), z == 0 ? 1 : -log(1 - z) / z, 1e-12))
            #expect(near(SpecialFunctions.hypergeometric(0.3, 7, 7, z), pow(1 - z, -0.3), 1e-12))
        }
        #expect(near(SpecialFunctions.hypergeometric(-2, 3, 5, 0.5), 0.5, 1e-15), "a polynomial: it ends")
    }
}
