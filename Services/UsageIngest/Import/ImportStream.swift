import Chassis
import Crypto
import Foundation

/// The bytes of a file or of standard input, unpacked where they begin as gzip does, with the digest of those that were
/// dealt with: an import that is broken off knows its file again by it, whatever the file is called.
final class ImportStream {
    /// Read at once, packed; one such piece unpacks to at most some four megabytes.
    private static let packedPiece = 4 << 10
    private static let plainPiece = 64 << 10
    /// More than gzip can make of one piece.
    private static let mostUnpacked = 8 << 20
    private static let worthDigesting = 4 << 20

    /// On disk; nil where that is not known [bytes].
    let size: Int?
    /// Bytes read of it, as they lie there.
    private(set) var taken = 0
    private let handle: FileHandle
    private var start: Data
    private let inflation: Inflation?
    /// Read, and not yet part of the digest.
    private var pending: [UInt8] = []
    private var digested = 0
    private var hash = SHA256()
    private var isEnded = false

    /// - Parameter path: of the file; `-` is standard input.
    init(path: String) throws {
        handle = path == "-" ? .standardInput : try Self.open(path)
        let attributes = try? FileManager.default.attributesOfItem(atPath: path)
        let isFile = attributes?[.type] as? FileAttributeType == .typeRegular
        size = path == "-" || !isFile ? nil : (attributes?[.size] as? Int)
        start = try handle.read(upToCount: Self.packedPiece) ?? Data()
        inflation =
            start.starts(with: [0x1F, 0x8B]) ? Inflation(.gzip, limit: Self.mostUnpacked, mostRatio: .max) : nil
    }

    deinit { try? handle.close() }

    /// The first bytes, unpacked; they come again by `next`.
    func beginning() throws -> [UInt8] {
        guard inflation != nil else { return Array(start) }
        let trial = Inflation(.gzip, limit: Self.mostUnpacked, mostRatio: .max)
        do { try trial.add(Array(start)) } catch { throw Self.corrupt }
        return trial.output
    }

    /// The next bytes, unpacked; none at the end.
    func next() throws -> [UInt8] {
        guard !isEnded else { return [] }
        var bytes: [UInt8] = []
        while bytes.isEmpty {
            let piece = try read()
            guard !piece.isEmpty else {
                isEnded = true
                if let inflation, (try? inflation.finish()) == nil { throw Self.corrupt }
                break
            }
            bytes = try unpacked(piece)
        }
        pending += bytes
        return bytes
    }

    /// SHA-256 of the first so many bytes, in hex. They must have been read, and asked for in growing numbers.
    func digest(upTo offset: Int) -> String {
        take(upTo: offset)
        let soFar = hash
        return soFar.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
    }

    /// So many bytes were passed over: they need not be kept. Done when there are enough of them to be worth it.
    func passed(_ offset: Int) {
        if offset - digested >= Self.worthDigesting { take(upTo: offset) }
    }

    private func take(upTo offset: Int) {
        let count = max(0, min(offset - digested, pending.count))
        hash.update(data: pending[..<count])
        pending.removeFirst(count)
        digested += count
    }

    private func read() throws -> Data {
        if !start.isEmpty {
            defer { start = Data() }
            taken += start.count
            return start
        }
        let piece = try handle.read(upToCount: inflation == nil ? Self.plainPiece : Self.packedPiece) ?? Data()
        taken += piece.count
        return piece
    }

    private func unpacked(_ piece: Data) throws -> [UInt8] {
        guard let inflation else { return Array(piece) }
        do throws(UnpackingFailure) {
            try inflation.add(Array(piece))
            return inflation.takeOutput()
        } catch {
            throw Self.corrupt
        }
    }

    private static let corrupt = ProgramFailure(.badInput, "The file begins as gzip does, but is damaged or cut off.")

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
