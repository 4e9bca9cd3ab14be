/// The chance that one of `higher` scores above one of `lower`, ties counting half: the area under the ROC curve by the rank
/// sum of Mann and Whitney. Nil where either is empty or a score is no number.
func areaUnderCurve(higher: [Double], lower: [Double]) -> Double? {
    guard !higher.isEmpty, !lower.isEmpty, !(higher + lower).contains(where: \.isNaN) else { return nil }
    let scores = (higher.map { ($0, true) } + lower.map { ($0, false) }).sorted { $0.0 < $1.0 }
    var rankSum = 0.0
    var first = 0
    while first < scores.count {
        let tied = scores[first...].prefix { $0.0 == scores[first].0 }
        // All that tie share the middle of their ranks, which count from 1.
        let rank = Double(first + 1 + tied.endIndex) / 2
        rankSum += rank * Double(tied.count { $0.1 })
        first = tied.endIndex
    }
    let wins = rankSum - Double(higher.count * (higher.count + 1)) / 2
    return wins / Double(higher.count * lower.count)
}
