/// The name that differs least from what was written, if it is near enough to be meant.
func nearestName(to written: String, among names: some Sequence<String>) -> String? {
    // Beyond this nobody mistypes; the distance would only cost time.
    guard written.unicodeScalars.count <= 60 else { return nil }
    let most = max(1, written.unicodeScalars.count / 3)
    let ranked = names.map { (name: $0, distance: editDistance(written, $0)) }
    return ranked.filter { $0.distance <= most }.min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
}

/// Insertions, deletions, replacements and swaps of neighbours (optimal string alignment).
func editDistance(_ left: String, _ right: String) -> Int {
    let (left, right) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for (i, scalar) in left.enumerated() {
        var row = [i + 1]
        for (j, other) in right.enumerated() {
            var best = min(row[j] + 1, last[j + 1] + 1, last[j] + (scalar == other ? 0 : 1))
            if i > 0, j > 0, scalar == right[j - 1], left[i - 1] == other { best = min(best, beforeLast[j - 1] + 1) }
            row.append(best)
        }
        (beforeLast, last) = (last, row)
    }
    return last[right.count]
}
