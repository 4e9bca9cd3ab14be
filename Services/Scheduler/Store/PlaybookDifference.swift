import Foundation
import Postgres

/// What is different between two versions of a playbook, one line each.
enum PlaybookDifference {
    /// Empty where they are the same.
    static func words(from before: JSONText, to after: JSONText) throws -> [String] {
        let (before, after) = (try object(before), try object(after))
        var words: [String] = []
        for key in Set(before.keys).union(after.keys).sorted() where key != "steps" && key != "segments" {
            // Both follow from the steps and exits.
            guard key != "watches", key != "refusals", !isSame(before[key], after[key]) else { continue }
            words.append("\(key.replacing("_", with: " ")): \(shown(before[key])) → \(shown(after[key]))")
        }
        words += entries("segment", before["segments"], after["segments"], named: "key")
        words += entries("step", before["steps"], after["steps"], named: "name")
        guard words.isEmpty, !isSame(before, after) else { return words }
        return ["what follows from its steps and exits is kept in another form"]
    }

    private static func object(_ text: JSONText) throws -> [String: Any] {
        try JSONSerialization.jsonObject(with: Data(text.text.utf8)) as? [String: Any] ?? [:]
    }

    private static func entries(_ title: String, _ before: Any?, _ after: Any?, named key: String) -> [String] {
        let (old, new) = (list(before, key), list(after, key))
        var words: [String] = []
        for entry in new {
            guard let earlier = old.first(where: { $0.name == entry.name }) else {
                words.append("\(title) \(entry.name): new")
                continue
            }
            let fields = differing(earlier.fields, entry.fields)
            if !fields.isEmpty { words.append("\(title) \(entry.name): \(fields.joined(separator: ", ")) changed") }
        }
        for entry in old where !new.contains(where: { $0.name == entry.name }) {
            words.append("\(title) \(entry.name): gone")
        }
        let kept = old.map(\.name).filter { name in new.contains { $0.name == name } }
        let order = new.map(\.name).filter { name in old.contains { $0.name == name } }
        if kept != order { words.append("\(title)s: in another order") }
        return words
    }

    private static func list(_ value: Any?, _ key: String) -> [(name: String, fields: [String: Any])] {
        (value as? [[String: Any]] ?? []).map { ($0[key] as? String ?? "", $0) }
    }

    /// The names of the fields that differ; those of settings by their own.
    private static func differing(_ before: [String: Any], _ after: [String: Any]) -> [String] {
        Set(before.keys).union(after.keys).sorted().flatMap { key -> [String] in
            guard !isSame(before[key], after[key]) else { return [] }
            if let inner = before[key] as? [String: Any], let other = after[key] as? [String: Any], key == "settings" {
                return differing(inner, other)
            }
            return [key]
        }
    }

    /// By their JSON: a program that has the runtime linked in can't turn an array into an object to compare.
    private static func isSame(_ left: Any?, _ right: Any?) -> Bool {
        guard let left, let right else { return left == nil && right == nil }
        return written(left) == written(right)
    }

    private static func shown(_ value: Any?) -> String {
        guard let value else { return "none" }
        if let text = value as? String { return "“\(text.prefix(80))”" }
        return String(written(value).prefix(120))
    }

    private static func written(_ value: Any) -> String {
        let data = try? JSONSerialization.data(
            withJSONObject: value, options: [.sortedKeys, .fragmentsAllowed, .withoutEscapingSlashes])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "another value"
    }
}
