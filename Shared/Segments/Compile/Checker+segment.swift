extension Checker {
    /// What the segment with this key asks; nil where nobody looked which segments there are. Whatever is wrong with it is
    /// said at the place that asks for it.
    func inner(_ key: String, _ place: Place) throws(SegmentError) -> Predicate? {
        guard let library else { return nil }
        func fault(_ code: SegmentError.Code, _ message: String, _ expected: String?, _ near: String?) -> SegmentError {
            source.error(code, at: place, message, expected: expected, nearest: near)
        }
        guard let text = library.segments[key] else {
            throw fault(
                .unknownSegment, "there is no segment \(Literal.quoted(key))", nil,
                nearestName(to: key, among: library.segments.keys).map(Literal.quoted))
        }
        guard !path.contains(key) else {
            throw fault(
                .cyclicSegment, "this segment would ask for itself: \((path + [key]).joined(separator: " → "))",
                "a segment that doesn't lead back here", nil)
        }
        guard path.count < SegmentLibrary.mostDepth else {
            throw fault(
                .tooDeep, "segments ask for one another too deeply",
                "at most \(SegmentLibrary.mostDepth) levels", nil)
        }
        let inner = SourceText(text)
        do throws(SegmentError) {
            let checker = Checker(
                source: inner, facts: facts, library: library, path: path + [key], standing: standing ?? place)
            let predicate = try checker.predicate(try Parser.expression(in: inner))
            try Segment.refuseTooMany(predicate, inner, at: Place(start: 0, end: 1))
            return predicate
        } catch {
            if error.code == .cyclicSegment || error.code == .tooDeep || error.code == .tooMany {
                throw fault(error.code, error.message, error.expected, nil)
            }
            throw fault(.brokenSegment, "segment \(Literal.quoted(key)) can't be read: \(error.sentence)", nil, nil)
        }
    }
}
