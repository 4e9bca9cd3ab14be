import ArgumentParser
import Foundation
import Logging
import Postgres
import TestBed

/// The database that is measured.
struct Place: ParsableArguments {
    @Option(help: "The migrated database, as its owner.")
    var url: String

    static var logger: Logger {
        var logger = Logger(label: "ingest-bench") { StreamLogHandler.standardError(label: $0) }
        logger.logLevel = .error
        return logger
    }

    func pool(_ size: Int) throws -> PostgresPool {
        PostgresPool(try PostgresConfiguration(url: url), size: size, logger: Self.logger)
    }
}

/// Rows as they stand in `usage.event`, made ahead of time in COPY's binary format.
struct Rows: Sendable {
    let accounts: Int
    let batch: Int
    static let columns = [
        "subject_id", "message_id", "sent_on", "event", "user_subject_id", "occurred_at", "known_at", "received_at",
        "original_at", "sent_at", "historical", "clamped", "properties",
    ]
    private static let names = Bodies.names.map { Array($0.utf8) }
    private static let usersPerAccount = 20
    /// 2000-01-01 in seconds since 1970, from where PostgreSQL counts.
    private static let epoch: Int64 = 946_684_800

    /// A batch in the order of its keys.
    func batch(_ random: inout SplitMix) -> [UInt8] {
        let now = Int64(Date().timeIntervalSince1970) - Self.epoch
        var rows = (0..<batch).map { _ in row(now, &random) }
        rows.sort {
            $0.subject == $1.subject ? $0.message.lexicographicallyPrecedes($1.message) : $0.subject < $1.subject
        }
        var bytes: [UInt8] = [80, 71, 67, 79, 80, 89, 10, 0xFF, 13, 10, 0] + Array(repeating: 0, count: 8)
        for row in rows { bytes += row.bytes }
        bytes += [0xFF, 0xFF]
        return bytes
    }

    private func row(_ now: Int64, _ random: inout SplitMix) -> (subject: Int64, message: [UInt8], bytes: [UInt8]) {
        let subject = Int64(random.next() % UInt64(accounts)) + 1
        let user = subject * Int64(Self.usersPerAccount) + Int64(random.next() % UInt64(Self.usersPerAccount))
        let message = Array(UUID(random.next(), random.next()).uuidString.lowercased().utf8)
        let name = Self.names[Int(random.next() % UInt64(Self.names.count))]
        let content = Array("\u{1}{\"rows\":\(random.next() % 1_000),\"source\":\"web\",\"plan\":\"pro\"}".utf8)
        var bytes: [UInt8] = []
        bytes.append(bigEndian: Int16(Self.columns.count))
        bytes.field(subject)
        bytes.field(message)
        bytes.field(Int32(now / 86_400))
        bytes.field(name)
        bytes.field(user)
        for _ in 0..<5 { bytes.field(now * 1_000_000) }
        bytes.field([0])
        bytes.field([0])
        bytes.field(content)
        return (subject, message, bytes)
    }
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }

    fileprivate mutating func field(_ value: some FixedWidthInteger) {
        append(bigEndian: Int32(value.bitWidth / 8))
        append(bigEndian: value)
    }

    fileprivate mutating func field(_ value: [UInt8]) {
        append(bigEndian: Int32(value.count))
        append(contentsOf: value)
    }
}

extension UUID {
    fileprivate init(_ high: UInt64, _ low: UInt64) {
        let bytes = [high, low].flatMap { word in (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * $0)) } }
        self.init(
            uuid: (
                bytes[0], bytes[1], bytes[2], bytes[3], bytes[4], bytes[5], bytes[6] & 0x0F | 0x40, bytes[7],
                bytes[8] & 0x3F | 0x80, bytes[9], bytes[10], bytes[11], bytes[12], bytes[13], bytes[14], bytes[15]
            ))
    }
}
