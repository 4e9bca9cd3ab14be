import Foundation

/// The folder that the story is written into.
struct Folder {
    private let path: String

    init(_ path: String) { self.path = path }

    /// Writes the story. `story.json` goes first and comes back last, so that a folder with it is whole; usage of an older
    /// story is removed.
    func replace(with story: Story) throws {
        do {
            try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
            let old = try FileManager.default.contentsOfDirectory(atPath: path)
            for name in old where name == "story.json" || (name.hasPrefix("usage-") && name.hasSuffix(".json")) {
                try FileManager.default.removeItem(atPath: "\(path)/\(name)")
            }
            try story.files { name, text in
                try Data(text.utf8).write(to: URL(fileURLWithPath: "\(path)/\(name)"), options: .atomic)
            }
        } catch {
            throw Refusal("\(path) can't be written: \(error.localizedDescription)")
        }
    }

    /// The text of a file, UTF-8.
    static func read(_ file: String) throws(Refusal) -> String {
        guard let data = FileManager.default.contents(atPath: file) else { throw Refusal("\(file) can't be read") }
        guard let text = String(data: data, encoding: .utf8) else { throw Refusal("\(file) is not UTF-8") }
        return text
    }
}
