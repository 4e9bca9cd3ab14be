import Yams

/// YAML as it comes from outside: small, one document, and without aliases, which can make a small text huge.
enum YAMLText {
    static func compose(_ text: String, _ faults: FaultList) -> Node? {
        guard text.utf8.count <= PlaybookReader.longestText else {
            faults.add(
                1, "", "has \(text.utf8.count) bytes", expected: "at most \(PlaybookReader.longestText)")
            return nil
        }
        if let place = alias(in: text) {
            faults.add(place.line, "", "*\(place.name) is an alias", expected: "the text itself, written out")
            return nil
        }
        do {
            guard let node = try Yams.compose(yaml: text) else {
                faults.add(1, "", "is empty", expected: "a playbook in YAML")
                return nil
            }
            return node
        } catch let error as YamlError {
            note(error, faults)
            return nil
        } catch {
            faults.add(1, "", "is no YAML")
            return nil
        }
    }

    private static func note(_ error: YamlError, _ faults: FaultList) {
        switch error {
        case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _),
            .composer(let context, let problem, let mark, _):
            let before = context.map { " \($0.text) (line \($0.mark.line))" } ?? ""
            faults.add(mark.line, "", "is no YAML: \(problem)\(before)", expected: "YAML 1.1, indented by spaces")
        case .duplicatedKeysInMapping(let duplicates, let context):
            faults.add(
                context.mark.line, duplicates.joined(separator: ", "), "is there twice", expected: "each key once")
        case .reader(let problem, _, _, _):
            faults.add(1, "", "is no YAML: \(problem)", expected: "UTF-8 without control characters")
        default:
            faults.add(1, "", "is no YAML")
        }
    }

    /// The first alias whose anchor is in the text too. Found in the text and not in the tree, which may be too large to
    /// walk; a text that merely speaks of `&x` or of `*x` is none.
    private static func alias(in text: String) -> (line: Int, name: String)? {
        var anchors: Set<String> = []
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            for word in line.split(whereSeparator: { " \t[]{},\r".contains($0) }) {
                if word.hasPrefix("&") { anchors.insert(String(word.dropFirst())) }
                if word.hasPrefix("*"), anchors.contains(String(word.dropFirst())) {
                    return (number + 1, String(word.dropFirst().prefix(60)))
                }
            }
        }
        return nil
    }
}
