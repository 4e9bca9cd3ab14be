import Model
import Postgres

/// What of the events is to be seen.
struct TailFilter: Sendable {
    /// The first characters of the write key, as `contacts key list` shows them.
    var key: String?
    /// The key of the subject, or of the user who did it.
    var subject: String?
    var event: String?

    /// On `usage.event e`, its subject `s`, its user `u` and its key `k`.
    var onEvents: SQL {
        let event = event?.normalized
        return "\(fragment: onWhom) and (\(event) is null or e.event = \(event))"
    }

    /// On `usage.identification i`, likewise. It is of no event's name.
    var onCalls: SQL { "\(fragment: onWhom) and \(event) is null" }

    private var onWhom: SQL {
        let subject = subject?.normalized
        let who: SQL = "(\(subject) is null or s.key = \(subject) or u.key = \(subject))"
        return "\(fragment: onKey) and \(fragment: who)"
    }

    /// On `usage.quarantine q` and its key `k`. Whom and what it is about could not be read, so its bytes are looked into.
    var onQuarantine: SQL {
        func holds(_ text: String?) -> SQL {
            "(\(text) is null or position(convert_to(\(text), 'UTF8') in q.content) > 0)"
        }
        return "\(fragment: onKey) and \(fragment: holds(subject)) and \(fragment: holds(event))"
    }

    private var onKey: SQL { "(\(key) is null or starts_with(k.hint, \(key)) or starts_with(\(key), k.hint))" }
}
