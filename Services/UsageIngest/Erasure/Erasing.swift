import Chassis
import Jobs
import Logging
import Model
import Postgres

/// `person.erased`: events stay, for the roll-ups are equal to them, but say no more what was done by whom: their
/// properties go, and the subject's key. What was said of the person, and what could not be read and names the person, goes
/// whole.
struct Erasing: Sendable {
    let subjects: Subjects

    /// All that is quarantined is read through.
    private static let patience: Duration = .seconds(1_800)

    /// A worker of its own, for there are few such jobs.
    static func worker(_ runtime: Runtime, subjects: Subjects) -> JobWorker {
        let erasing = Erasing(subjects: subjects)
        var handlers = JobHandlers()
        handlers.on(Topic.personErased.rawValue, timeout: patience) { try await erasing.run($0) }
        return JobWorker(
            queue: ServiceName.usageIngest.queue, pool: runtime.pool, database: runtime.database,
            listens: runtime.settings[Settings.pgBouncer] == "off", handlers: handlers, concurrency: 1,
            version: Chassis.version, logger: runtime.logger)
    }

    func run(_ job: Job) async throws {
        try await ErasedPerson.handle(job, for: .usageIngest, timeout: Self.patience) { person, connection in
            Self.steps(person, try await Self.names(of: person, in: connection))
        }
        subjects.forget()
    }

    /// The person's values and the keys of the person's subjects, the longest first.
    private static func names(of person: ErasedPerson, in connection: PostgresConnection) async throws -> [String] {
        let keys: [String] = try await connection.query(
            "select key from usage.subject where id = any(\(person.subjects)) and length(key) >= 3 and key !~ '^[0-9]{1,6}$'"
        ).map { try $0["key"] }
        return Set(person.values + keys).sorted { ($0.utf8.count, $0) > ($1.utf8.count, $1) }
    }

    private static func steps(_ person: ErasedPerson, _ names: [String]) -> [ErasedPerson.Step] {
        let own = person.subjects
        // Whose usage may be the person's: the account's, and that of groups which the person was ever put in.
        let around: SQL = """
            array(select l.subject_id from crm.account_subject l where l.account_id = any(\(person.accounts))
                union select i.subject_id from usage.identification i where i.kind = 'group' and i.other_subject_id = any(\(own))
                union select unnest(\(own)))
            """
        let message: SQL = """
            case when crm.redact(message_id, \(names)) = message_id then message_id
                else 'erased:' || encode(sha256(convert_to(message_id, 'UTF8')), 'hex') end
            """
        let bytes = names.flatMap { [Bytes(Array($0.utf8)), Bytes(escaped($0))] }
        return [
            .init(
                "usage.quarantine",
                """
                delete from usage.quarantine q where exists (select from unnest(\(bytes)) as v
                    where position(v in q.content) > 0 or position(v in q.envelope) > 0)
                """),
            .init(
                "usage.order_event",
                "update usage.order_event set message_id = \(fragment: message) where subject_id = any(\(fragment: around))"
                    + " and message_id <> \(fragment: message)"),
            .init(
                "usage.event",
                """
                update usage.event set properties = '{}', repairs = null, message_id = \(fragment: message)
                where subject_id = any(\(fragment: around)) and (subject_id = any(\(own)) or user_subject_id = any(\(own)))
                    and (properties <> '{}' or repairs is not null or message_id <> \(fragment: message))
                """),
            .init(
                "usage.event",
                """
                update usage.event set properties = crm.redact(properties, \(names)), message_id = \(fragment: message)
                where subject_id = any(\(fragment: around))
                    and (properties <> crm.redact(properties, \(names)) or message_id <> \(fragment: message))
                """),
            .init(
                "usage.identification",
                """
                delete from usage.identification
                where subject_id = any(\(own)) or (other_subject_id = any(\(own)) and kind <> 'group')
                """),
            .init(
                "usage.identification",
                """
                update usage.identification set traits = crm.redact(traits, \(names)), message_id = \(fragment: message)
                where subject_id = any(\(fragment: around)) and (traits, message_id)
                    is distinct from (crm.redact(traits, \(names)), \(fragment: message))
                """),
            .init(
                "usage.subject",
                "update usage.subject set key = 'erased:' || id where id = any(\(own)) and key <> 'erased:' || id"),
        ]
    }

    /// As JSON in ASCII writes it: letters beyond as \u0430.
    private static func escaped(_ text: String) -> [UInt8] {
        Array(
            text.utf16.map { unit in
                if unit < 0x80 { return String(UnicodeScalar(UInt8(unit))) }
                let digits = String(unit, radix: 16)
                return "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
            }.joined().utf8)
    }
}
