@testable import Chassis
import Foundation
import Model
import Postgres
import Testing

/// Reads settings of contacts and gives the faults' sentences.
private func faults(_ environment: [String: String], needed: [any SettingDescription] = []) -> [String] {
    do {
        _ = try SettingValues(of: .contacts, environment: environment, needed: needed)
        return []
    } catch let failure as ProgramFailure {
        #expect(failure.status == .configuration)
        return failure.sentences
    } catch {
        return ["\(error)"]
    }
}

@Suite struct SettingTests {
    @Test func valuesAndDefaultsAreTyped() throws {
        let settings = try SettingValues(
            of: .contacts, environment: ["HOLDFAST_CONTACTS_PORT": "0", "HOLDFAST_LOG_MAX_BYTES": "2MiB", "HOME": "/"])
        #expect(settings[Settings.port(.contacts)] == 0)
        #expect(settings[Settings.logMaxBytes] == 2 << 20)
        #expect(settings[Settings.host(.contacts)] == "127.0.0.1")
        #expect(settings[Settings.requestTimeout] == .seconds(30))
        #expect(settings[Settings.databaseURL(.contacts)] == nil)
    }

    @Test(arguments: ServiceName.allCases)
    func everyDefaultIsAValueOfItsKind(_ service: ServiceName) throws {
        for setting in Settings.table(of: service) + Settings.migrate {
            guard let text = setting.fallbackText else { continue }
            #expect(throws: Never.self, "\(setting.name)") { _ = try setting.value(of: text) }
        }
    }

    @Test(arguments: ServiceName.allCases)
    func tableHoldsEachNameOnceAndItsHelpShowsAllOfThem(_ service: ServiceName) {
        let table = Settings.table(of: service)
        #expect(Set(table.map(\.name)).count == table.count)
        let help = Settings.help(table)
        #expect(help.split(separator: "\n").allSatisfy { $0.count <= 79 })
        for setting in table {
            #expect(setting.name.hasPrefix("HOLDFAST_"))
            #expect(setting.doc.hasSuffix("."), "\(setting.name)")
            let line = setting.fallbackText.map { "  \(setting.name)=\($0)" } ?? "  \(setting.name)"
            #expect(help.split(separator: "\n").contains { $0 == line }, "\(setting.name)")
        }
    }

    @Test func workersAreThoseOfTheServiceAndNumberedAsGiven() throws {
        let fallbacks = ServiceName.allCases.filter { $0 != .usageIngest }.map { Settings.workers($0).fallback }
        #expect(fallbacks == [24, 24, 4, 64])
        let settings = try SettingValues(of: .notifier, environment: ["HOLDFAST_NOTIFIER_WORKERS": "3"])
        #expect(settings[Settings.workers(.notifier)] == 3)
        #expect(throws: ProgramFailure.self) {
            _ = try SettingValues(of: .usageIngest, environment: ["HOLDFAST_USAGE_INGEST_WORKERS": "4"])
        }
    }

    @Test func whatNothingReadsIsNoSetting() {
        #expect(faults(["HOLDFAST_HOME": "/"]).count == 1)
    }

    @Test func allFaultsOfOneStartAreSaidTogether() {
        let found = faults(
            [
                "HOLDFAST_CONTACTS_PORT": "70000", "HOLDFAST_CONTATCS_HOST": "::1", "HOLDFAST_LOG_LEVEL": "loud",
                "HOLDFAST_QUITE_UNLIKE_ANYTHING_ELSE": "1", "HOLDFAST_FOO": "1",
            ], needed: [Settings.databaseURL(.contacts)])
        #expect(
            found == [
                "HOLDFAST_CONTATCS_HOST is no setting of Holdfast: did you mean HOLDFAST_CONTACTS_HOST?",
                "HOLDFAST_FOO is no setting of Holdfast: remove it, or see --help for those that there are",
                "HOLDFAST_QUITE_UNLIKE_ANYTHING_ELSE is no setting of Holdfast: remove it, or see --help for those that there are",
                "HOLDFAST_CONTACTS_PORT is not a whole number from 0 to 65535 (TCP port)",
                "HOLDFAST_LOG_LEVEL is none of trace, debug, info, notice, warning, error, critical",
                "HOLDFAST_CONTACTS_DATABASE_URL is not set: The database, as role holdfast_contacts. Needed by serve.",
            ])
    }

    @Test func namesOfOtherProgramsAreKnownAndNotChecked() {
        #expect(
            faults(["HOLDFAST_NOTIFIER_PORT": "x", "HOLDFAST_TEST_STRICT": "1", "HOLDFAST_API_KEY_FILE": "/x"]).isEmpty)
    }

    @Test(arguments: [
        ("HOLDFAST_CONTACTS_HOST", "a b"), ("HOLDFAST_CONTACTS_HOST", ""), ("HOLDFAST_PUBLIC_URL", "ftp://x"),
        ("HOLDFAST_PUBLIC_URL", "https://"), ("HOLDFAST_LOG_FILE", "log"), ("HOLDFAST_LOG_MAX_BYTES", "9TB"),
        ("HOLDFAST_LOG_MAX_BYTES", "9223372036854775807GiB"), ("HOLDFAST_LOG_KEEP", "1e3"),
        ("HOLDFAST_PGBOUNCER", "yes"),
        ("HOLDFAST_CONTACTS_DATABASE_URL", "http://x"), ("HOLDFAST_CONNECT_TIMEOUT", "-1"),
    ])
    func badValueIsRefusedByItsNameAndNeverQuotedWhereSecret(_ name: String, _ value: String) throws {
        let found = faults([name: value])
        #expect(found.count == 1)
        #expect(found.first?.hasPrefix(name) == true)
    }

    @Test func networksAreReadAndMatched() throws {
        let name = "HOLDFAST_NOTIFIER_ALLOW_NETWORKS"
        let settings = try SettingValues(
            of: .notifier, environment: [name: "10.1.0.0/16, fd00::/8 192.0.2.7"])
        let networks = settings[Settings.notifierAllowNetworks]
        #expect(networks.map(\.description) == ["10.1.0.0/16", "fd00::/8", "192.0.2.7/32"])
        func allowed(_ address: String) -> Bool { networks.contains { $0.contains(address) } }
        #expect(allowed("10.1.255.1") && allowed("::ffff:10.1.0.9") && allowed("fdab::1") && allowed("192.0.2.7"))
        #expect(!allowed("10.2.0.1") && !allowed("192.0.2.8") && !allowed("fe80::1") && !allowed("name"))
        #expect(throws: ProgramFailure.self) {
            _ = try SettingValues(of: .notifier, environment: [name: "10.0.0.0/33"])
        }
    }
}

@Suite struct SettingFileTests {
    private func value(_ bytes: [UInt8], alsoDirect: Bool = false) throws -> URL? {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data(bytes).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        var environment = ["HOLDFAST_PUBLIC_URL_FILE": file.path]
        if alsoDirect { environment["HOLDFAST_PUBLIC_URL"] = "https://b.example" }
        return try SettingValues(of: .contacts, environment: environment)[Settings.publicURL]
    }

    @Test func valueComesFromTheFileWithoutItsLastNewline() throws {
        #expect(try value(Array("https://a.example\n".utf8))?.absoluteString == "https://a.example")
    }

    @Test func fileThatIsNoValueIsRefused() {
        #expect(throws: ProgramFailure.self) { try value([0xFF, 0xFE]) }
        #expect(throws: ProgramFailure.self) { try value(Array(repeating: 65, count: 70_000)) }
        #expect(throws: ProgramFailure.self) { try value(Array("https://a.example".utf8), alsoDirect: true) }
        #expect(throws: ProgramFailure.self) {
            try SettingValues(of: .contacts, environment: ["HOLDFAST_PUBLIC_URL_FILE": "/nowhere/at/all"])
        }
    }

    @Test func aNeededSettingMayComeFromAFile() throws {
        let file = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try Data("postgresql://holdfast_contacts:pw@db/holdfast\n".utf8).write(to: file)
        defer { try? FileManager.default.removeItem(at: file) }
        let settings = try SettingValues(
            of: .contacts, environment: ["HOLDFAST_CONTACTS_DATABASE_URL_FILE": file.path],
            needed: [Settings.databaseURL(.contacts)])
        #expect(try settings.database(of: .contacts).user == "holdfast_contacts")
    }
}

@Suite struct NearestTests {
    @Test(arguments: [("prot", "port"), ("hosst", "host"), ("zzzzzz", nil), ("port", "port")])
    func nearestIsTheFewestEditsAway(_ word: String, _ expected: String?) {
        #expect(nearest(to: word, among: ["port", "host", "log"]) == expected)
    }

    @Test func signInIsReadOutOfAURL() {
        #expect(DatabaseSignIn(url: "postgresql://a%40b:p%3Aw@h:1/d?x=y@z")?.user == "a@b")
        #expect(DatabaseSignIn(url: "postgresql://a:p%3Aw@h/d")?.password == "p:w")
        #expect(DatabaseSignIn(url: "postgresql://a@h/d") == nil)
        #expect(DatabaseSignIn(url: "host=x password=y") == nil)
    }
}

@Suite struct MigrateTests {
    @Test func passwordsComeFromTheURLsOfTheirOwnRoles() throws {
        let environment = [
            "HOLDFAST_CONTACTS_DATABASE_URL": "postgresql://holdfast_contacts:a%40b@h/d",
            "HOLDFAST_REPORT_URL": "postgresql://holdfast_report:r@h/d",
            "HOLDFAST_OPERATOR_URL": "postgresql://holdfast_operator@h/d",
        ]
        let settings = try SettingValues(Settings.migrate, environment: environment)
        #expect(try settings.passwords() == ["holdfast_contacts": "a@b", "holdfast_report": "r"])
        let swapped = try SettingValues(
            Settings.migrate, environment: ["HOLDFAST_NOTIFIER_DATABASE_URL": "postgresql://holdfast_contacts:x@h/d"])
        let failure = #expect(throws: ProgramFailure.self) { _ = try swapped.passwords() }
        #expect(
            failure?.description
                == "HOLDFAST_NOTIFIER_DATABASE_URL names the role holdfast_contacts: it must be holdfast_notifier")
    }
}
