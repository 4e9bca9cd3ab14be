import Chassis
import Crypto
import Foundation

/// A CSV file on disk: its size and digest, and its records.
struct ImportFile {
    let name: String
    let path: String
    /// [bytes]
    let size: Int
    /// SHA-256 of its bytes, in hex: the same file is known again by it.
    let digest: String

    private static let chunk = 1 << 16

    init(path: String) throws {
        self.path = path
        name = URL(fileURLWithPath: path).lastPathComponent
        var hash = SHA256()
        var size = 0
        let handle = try Self.open(path)
        defer { try? handle.close() }
        while let bytes = try handle.read(upToCount: Self.chunk), !bytes.isEmpty {
            hash.update(data: bytes)
            size += bytes.count
        }
        self.size = size
        digest = hash.finalize().map { byte in (byte < 16 ? "0" : "") + String(byte, radix: 16) }.joined()
    }

    /// The records from the file's beginning, the heading among them.
    func reader() throws -> CSVReader {
        let separator = try self.separator()
        let handle = try Self.open(path)
        return CSVReader(separator: separator) { Array(try handle.read(upToCount: Self.chunk) ?? Data()) }
    }

    private func separator() throws -> UInt8 {
        let handle = try Self.open(path)
        defer { try? handle.close() }
        let start = try handle.read(upToCount: Self.chunk) ?? Data()
        return CSVReader.separator(in: start)
    }

    private static func open(_ path: String) throws -> FileHandle {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ProgramFailure(.badInput, "There is no file \(path).")
        }
        guard !isFolder.boolValue else { throw ProgramFailure(.badInput, "\(path) is a folder: name a file.") }
        guard let handle = FileHandle(forReadingAtPath: path) else {
            throw ProgramFailure(.notAllowed, "\(path) can't be read by this user: change its owner or its mode.")
        }
        return handle
    }
}
