extension PostgresConfiguration {
    /// What libpq is given to connect. What the URL says itself wins over the defaults here.
    var connectParameters: [(String, String)] {
        // A dead network is noticed by the kernel too, also while nothing is being sent.
        var all = [
            "keepalives": "1", "keepalives_idle": "10", "keepalives_interval": "5", "keepalives_count": "3",
            "tcp_user_timeout": "20000", "application_name": applicationName, "client_encoding": "UTF8",
        ]
        all.merge(keywords) { _, given in given }
        if sessionDefaults {
            let defaults = sessionSettings.map { "-c \($0.0)=\($0.1)" }.joined(separator: " ")
            all["options"] = [defaults, keywords["options"]].compactMap(\.self).joined(separator: " ")
        }
        return all.map { ($0.key, $0.value) }
    }

    private var sessionSettings: [(String, String)] {
        [
            ("statement_timeout", String(statementTimeout.milliseconds)),
            ("lock_timeout", String(lockTimeout.milliseconds)),
            ("idle_in_transaction_session_timeout", String(idleInTransactionTimeout.milliseconds)),
            ("TimeZone", "UTC"),
            // Compiling a statement costs up to a second here, and ours are short.
            ("jit", "off"),
            ("client_min_messages", "warning"),
        ] + (durableCommits ? [] : [("synchronous_commit", "off")])
    }
}

extension Duration {
    /// Whole milliseconds, rounded up, at least 0; no more than PostgreSQL's time-outs hold.
    var milliseconds: Int {
        let (seconds, attoseconds) = components
        guard seconds >= 0, attoseconds >= 0 else { return 0 }
        guard seconds < 2_147_483 else { return 2_147_483_000 }
        return Int(seconds) * 1000 + Int((attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000)
    }
}
