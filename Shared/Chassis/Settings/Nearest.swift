/// The candidate with the fewest edits to `word`, nil where none is near enough to be meant (two, or a third of the length).
package func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
    var best: (word: String, edits: Int)?
    for candidate in candidates.sorted() {
        let edits = edits(from: Array(word.utf8), to: Array(candidate.utf8))
        if edits <= max(2, word.utf8.count / 3), edits < best?.edits ?? .max { best = (candidate, edits) }
    }
    return best?.word
}

/// Levenshtein distance: insertions, deletions and replacements, one each.
private func edits(from left: [UInt8], to right: [UInt8]) -> Int {
    var row = Array(0...right.count)
    for (index, byte) in left.enumerated() {
        var diagonal = row[0]
        row[0] = index + 1
        for column in right.indices {
            let above = row[column + 1]
            row[column + 1] = min(above + 1, row[column] + 1, diagonal + (byte == right[column] ? 0 : 1))
            diagonal = above
        }
    }
    return row[right.count]
}
