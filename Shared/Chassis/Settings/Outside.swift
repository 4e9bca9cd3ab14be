import Model

// Names that no `serve` reads: of `migrate`, and those that compose writes and the tests read.
extension Settings {
    package static let migrateURL = Setting(
        "HOLDFAST_MIGRATE_URL", .optional(.databaseURL), default: nil, secret: true,
        "The database as its owner, for migrate and the scripts only.")

    package static let operatorURL = Setting(
        "HOLDFAST_OPERATOR_URL", .optional(.databaseURL), default: nil, secret: true,
        "The database as role holdfast_operator.")

    package static let reportURL = Setting(
        "HOLDFAST_REPORT_URL", .optional(.databaseURL), default: nil, secret: true,
        "The database as role holdfast_report, which may read reports only.")

    /// What `migrate` reads. The passwords of the roles that it creates are those in the other URLs.
    package static let migrate: [any SettingDescription] =
        [migrateURL] + ServiceName.allCases.map { databaseURL($0) } + [
            operatorURL, reportURL, connectTimeout, logLevel,
        ]

    /// Known, so that a program started from the same shell does not refuse them.
    static let outside: [any SettingDescription] =
        migrate
        + [
            Setting("HOLDFAST_API_KEY", .text("a key"), default: "", secret: true, "A key of scope api."),
            Setting("HOLDFAST_WRITE_KEY", .text("a key"), default: "", secret: true, "A key of scope write."),
            known("HOLDFAST_CONTACTS_URL", "Where contacts' API is reached."),
            known("HOLDFAST_INGEST_URL", "Where usage-ingest is reached."),
            known("HOLDFAST_SCHEDULER_URL", "Where scheduler's API is reached."),
            known("HOLDFAST_NOTIFIER_URL", "Where notifier's API is reached."),
            known("HOLDFAST_TEST_DATABASE_URL", "A superuser's URL of the cluster that the tests use."),
            known("HOLDFAST_TEST_STRICT", "1: a test that can't find what it needs fails instead of being skipped."),
            known("HOLDFAST_TEST_PYTHON", "The Python with the clients that the tests drive."),
            known("HOLDFAST_TEST_FUZZ", "How many times longer than usual the parsers are tried with broken bodies."),
            known("HOLDFAST_TEST_EXAMPLES", "How many examples of each operation the API is tried with."),
            known("HOLDFAST_DATA", "The folder with the real-life data sets."),
            known("HOLDFAST_STATE", "The folder that compose keeps its state in."),
            known("HOLDFAST_BIN", "The folder with the built programs."),
        ]

    private static func known(_ name: String, _ doc: String) -> Setting<String> {
        Setting(name, .text(), default: "", doc)
    }
}
