/// What is wrong with a playbook's text: where, what was expected there, and the nearest right word.
struct PlaybookFault: Error, Codable, Equatable, Sendable {
    var file: String
    /// From 1.
    var line: Int
    /// The path of the key, such as `steps[2].due`; empty where the whole file is meant.
    var key: String
    var message: String
    var expected: String?
    var nearest: String?
    /// The text at fault with carets below it, where one is worth showing.
    var excerpt: String?
}

extension PlaybookFault: CustomStringConvertible {
    /// `win-back.yaml:12: steps[2].due: "tomorrow" is no length of time; expected …; nearest is …`
    var description: String {
        let parts = [message, expected.map { "expected \($0)" }, nearest.map { "nearest is \($0)" }]
        let sentence = parts.compactMap(\.self).joined(separator: "; ")
        let place = key.isEmpty ? "\(file):\(line)" : "\(file):\(line): \(key)"
        return "\(place): \(sentence)" + (excerpt.map { "\n\($0)" } ?? "")
    }
}

/// Every fault that was found in one file, so that all are told at once.
final class FaultList {
    let file: String
    private(set) var faults: [PlaybookFault] = []

    /// Nobody mends more at once.
    static let most = 100

    init(file: String) { self.file = file }

    func add(
        _ line: Int, _ key: String, _ message: String, expected: String? = nil, nearest: String? = nil,
        excerpt: String? = nil
    ) {
        guard faults.count < FaultList.most else { return }
        faults.append(
            PlaybookFault(
                file: file, line: line, key: key, message: message, expected: expected, nearest: nearest,
                excerpt: excerpt))
    }
}
