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

    let encoding: Encoding

    enum Encoding: String, CaseIterable, Sendable {
        case utf8 = "utf-8"
        /// Windows-1251, as Excel writes it where people write Cyrillic.
        case cp1251
    }

    private static let chunk = 1 << 16

    /// - Parameter name: how it is called where that is not its own name.
    init(path: String, encoding: Encoding = .utf8, name: String? = nil) throws {
        self.path = path
        self.encoding = encoding
        self.name = name ?? URL(fileURLWithPath: path).lastPathComponent
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
        let encoding = encoding
        return CSVReader(separator: separator) {
            let bytes = Array(try handle.read(upToCount: Self.chunk) ?? Data())
            return encoding == .utf8 ? bytes : Self.decoded(bytes)
        }
    }

    private func separator() throws -> UInt8 {
        let handle = try Self.open(path)
        defer { try? handle.close() }
        let start = try handle.read(upToCount: Self.chunk) ?? Data()
        return try CSVReader.separator(in: start, of: name)
    }

    /// Windows-1251 as UTF-8, byte by byte.
    private static func decoded(_ bytes: [UInt8]) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(bytes.count * 2)
        for byte in bytes {
            if byte < 0x80 { text.append(byte) } else { text += upperHalf[Int(byte) - 0x80] }
        }
        return text
    }

    /// Its letters behind ASCII; the one that means nothing becomes U+FFFD.
    private static let upperHalf: [[UInt8]] = (UInt8(0x80)...0xFF).map { byte in
        Array((String(data: Data([byte]), encoding: .windowsCP1251) ?? "\u{FFFD}").utf8)
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
