package import Foundation
import Synchronization

/// A file of its own for a program's results, to whose end lines are added.
package final class AppendedFile: Sendable {
    private let handle: Mutex<FileHandle>

    /// - Throws: `ProgramFailure` where it can't be written.
    package init(path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            _ = FileManager.default.createFile(atPath: path, contents: nil)
        }
        guard let handle = FileHandle(forWritingAtPath: path), (try? handle.seekToEnd()) != nil else {
            throw ProgramFailure(.notAllowed, "\(path) can't be written: name a file in a folder that is yours.")
        }
        self.handle = Mutex(handle)
    }

    package func write(_ data: Data) throws {
        try handle.withLock { try $0.write(contentsOf: data) }
    }
}
