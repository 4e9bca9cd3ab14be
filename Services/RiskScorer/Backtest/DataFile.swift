import Chassis
import Foundation

/// A CSV file with a heading, read whole: UTF-8 or, where it isn't, Latin-1; separated by commas, semicolons or tabs.
struct DataFile: Sendable {
    let path: String
    let heading: [String]
    /// The cells of each line, without blanks around them, with the number of the line.
    var rows: [(line: Int, cells: [String])]

    /// - Throws: `ProgramFailure` that names the line.
    init(_ path: String) throws {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
            throw ProgramFailure(.badInput, "There is no file \(path).")
        }
        guard !isFolder.boolValue else { throw ProgramFailure(.badInput, "\(path) is a folder: name a file in it.") }
        // Read to its end, a pipe too.
        guard let data = try? FileHandle(forReadingFrom: URL(filePath: path)).readToEnd() ?? Data() else {
            throw ProgramFailure(.badInput, "\(path) can't be read: may you read it?")
        }
        try self.init(path, data)
    }

    init(_ path: String, _ data: Data) throws {
        self.path = path
        var bytes = [UInt8](data)
        let separator = try CSVReader.separator(in: bytes, of: path)
        if String(validating: bytes, as: UTF8.self) == nil {
            bytes = Array(String(decoding: bytes.map { UInt16($0) }, as: UTF16.self).utf8)
        }
        var rest: [UInt8]? = bytes
        var reader = CSVReader(separator: separator) {
            defer { rest = nil }
            return rest ?? []
        }
        var heading: [String]?
        var rows: [(line: Int, cells: [String])] = []
        while let record = try reader.next() {
            if record.isBlank { continue }
            if let fault = record.fault { throw ProgramFailure(.badInput, "\(path), line \(record.line): \(fault).") }
            let cells = record.fields.map { $0.trimmingCharacters(in: .whitespaces) }
            guard let names = heading else {
                heading = cells
                continue
            }
            guard cells.count == names.count else {
                throw ProgramFailure(
                    .badInput,
                    "\(path), line \(record.line): \(cells.count) cells, but the heading has \(names.count): mend the line."
                )
            }
            rows.append((record.line, cells))
        }
        guard let heading, !heading.isEmpty else { throw ProgramFailure(.badInput, "\(path) is empty.") }
        if let twice = Dictionary(grouping: heading, by: \.self).first(where: { $1.count > 1 })?.key {
            throw ProgramFailure(.badInput, "\(path): the heading has the column \(twice) twice: rename one.")
        }
        self.heading = heading
        self.rows = rows
    }

    /// The place of a column.
    func column(_ name: String, for option: String) throws -> Int {
        guard let place = heading.firstIndex(of: name) else {
            throw ProgramFailure(
                .badInput, "\(option): \(path) has no column \(name); it has \(heading.joined(separator: ", ")).")
        }
        return place
    }
}
