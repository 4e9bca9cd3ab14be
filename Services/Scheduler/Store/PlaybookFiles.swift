import Chassis
import Foundation

/// Playbooks in files: those named, and those ending in .yaml or .yml of folders named.
enum PlaybookFiles {
    struct Read: Sendable {
        var file: String
        var source: String
        var playbook: Playbook
    }

    static let mostFiles = 500

    /// Reads all, and answers every fault of every file.
    static func read(_ paths: [String]) throws -> (read: [Read], faults: [PlaybookFault]) {
        var read: [Read] = []
        var faults: [PlaybookFault] = []
        for file in try files(paths) {
            guard let source = text(of: file) else {
                faults.append(
                    PlaybookFault(
                        file: file, line: 1, key: "", message: "can't be read",
                        expected: "a file in UTF-8 of at most \(PlaybookReader.longestText) bytes"))
                continue
            }
            do throws(PlaybookReader.Refused) {
                read.append(Read(file: file, source: source, playbook: try PlaybookReader.read(source, file: file)))
            } catch {
                faults += error.faults
            }
        }
        return (read, faults + PlaybookReferences.clashes(read))
    }

    private static func text(of file: String) -> String? {
        guard let handle = FileHandle(forReadingAtPath: file) else { return nil }
        defer { try? handle.close() }
        guard let data = try? handle.read(upToCount: PlaybookReader.longestText + 1) else { return nil }
        return String(validating: data, as: UTF8.self)
    }

    private static func files(_ paths: [String]) throws -> [String] {
        var files: [String] = []
        for path in paths {
            var isFolder: ObjCBool = false
            guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
                throw ProgramFailure(.badInput, "\(path) does not exist: name playbook files, or folders with them.")
            }
            guard isFolder.boolValue else {
                files.append(path)
                continue
            }
            let names = try FileManager.default.contentsOfDirectory(atPath: path).filter {
                $0.hasSuffix(".yaml") || $0.hasSuffix(".yml")
            }
            guard !names.isEmpty else {
                throw ProgramFailure(.badInput, "\(path) holds no playbook: their files end in .yaml.")
            }
            files += names.sorted().map { path.hasSuffix("/") ? path + $0 : "\(path)/\($0)" }
        }
        guard files.count <= mostFiles else {
            throw ProgramFailure(.badInput, "These are \(files.count) files: at most \(mostFiles) at once.")
        }
        return files
    }
}
