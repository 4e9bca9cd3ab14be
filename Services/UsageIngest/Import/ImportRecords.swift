import Chassis

/// The records of a file one after the other, whatever its form: each as messages, with the number of its line.
struct ImportRecords {
    private enum Form {
        case lines(LineReader, ImportFormat)
        /// With the columns as they stand beside a row in quarantine.
        case rows(CSVReader, CSVColumns, written: [UInt8])
    }

    /// One line of JSON, or one record of CSV.
    struct Record {
        let line: Int
        let lastLine: Int
        let format: String
        let submission: Submission
    }

    private var form: Form
    /// What stands in `usage.quarantine.path` of a message that can't be taken.
    var path = ""

    /// Begins at the file's beginning; a CSV file's heading is read here.
    init(_ stream: ImportStream, _ order: ImportRun.Order) throws {
        guard order.format == .csv else {
            form = .lines(LineReader { try stream.next() }, order.format)
            return
        }
        let beginning = try stream.beginning()
        let separator = try CSVReader.separator(in: beginning, of: order.file)
        var reader = CSVReader(separator: separator) { try stream.next() }
        guard let heading = try reader.next() else {
            throw ProgramFailure(.badInput, "\(order.file) is empty: its first line must name the columns.")
        }
        if let fault = heading.fault { throw ProgramFailure(.badInput, "\(order.file), line 1: \(fault).") }
        do throws(Refusal) {
            let columns = try CSVColumns(heading: heading.fields, separator: separator, map: order.map)
            form = .rows(reader, columns, written: columns.written)
        } catch {
            throw ProgramFailure(.badInput, "\(order.file), line 1 \(error.reason).")
        }
    }

    /// How many bytes of the file the records so far took.
    var offset: Int {
        switch form {
        case .lines(let reader, _): reader.offset
        case .rows(let reader, _, _): reader.offset
        }
    }

    /// The next record; nil after the last. A blank line is no record, but counts as a line.
    mutating func next() throws -> Record? {
        switch form {
        case .lines(var reader, let format):
            defer { form = .lines(reader, format) }
            while let line = try reader.next() {
                if !line.isBlank { return record(line, format) }
            }
            return nil
        case .rows(var reader, let columns, let written):
            defer { form = .rows(reader, columns, written: written) }
            while let row = try reader.next() {
                guard !row.isBlank else { continue }
                let submission = Submission(items: [CSVRows.item(row, columns)], envelope: written)
                return Record(line: row.line, lastLine: row.lastLine, format: CSVRows.name, submission: submission)
            }
            return nil
        }
    }

    /// Passes over records without reading them, up to this place; false where none ends there.
    mutating func skip(to place: Int, _ passed: (Int) -> Void) throws -> Bool {
        while offset < place {
            switch form {
            case .lines(var reader, let format):
                let line = try reader.next()
                form = .lines(reader, format)
                if line == nil { return false }
            case .rows(var reader, let columns, let written):
                let row = try reader.next()
                form = .rows(reader, columns, written: written)
                if row == nil { return false }
            }
            passed(offset)
        }
        return offset == place
    }

    private func record(_ line: LineReader.Line, _ format: ImportFormat) -> Record {
        guard !line.isTooLong else {
            let refusal = Refusal(
                place: "", reason: "longer than \(LineReader.longestLine) bytes; its beginning is kept")
            let item = Submission.Item(source: line.bytes[...], reading: .failure(refusal))
            return Record(
                line: line.number, lastLine: line.number, format: PlainEvents().name,
                submission: Submission(items: [item]))
        }
        let (name, submission) = format.read(line.bytes, path: path)
        return Record(line: line.number, lastLine: line.number, format: name, submission: submission)
    }
}
