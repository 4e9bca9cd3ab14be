import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

@testable import RiskScorer

/// Signals from outside: programs and views, good ones and bad ones.
struct OutsideTests {
    /// A folder with one program in it; it answers what `answer` is in Python, with `account` in hand.
    private func folder(_ name: String, answer: String, details: String = "") throws -> String {
        let folder = FileManager.default.temporaryDirectory.appending(path: "plugins-\(UUID().uuidString)")
        let own = folder.appending(path: name)
        try FileManager.default.createDirectory(at: own, withIntermediateDirectories: true)
        let manifest = """
            {"kind": "signal", "name": "\(name)", "version": "1.0.0", "command": ["./signal.py"], "timeout_s": 2\(details)}
            """
        let program = """
            #!/usr/bin/env python3
            import json, sys
            for line in sys.stdin:
                request = json.loads(line)
                account = request["account_key"]
                answer = \(answer)
                print(json.dumps({**answer, "id": request["id"]}), flush=True)
            """
        try Data(manifest.utf8).write(to: own.appending(path: "plugin.json"))
        let script = own.appending(path: "signal.py")
        try Data(program.utf8).write(to: script)
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: script.path)
        return folder.path
    }

    private func signal(_ tenant: Tenant, _ account: String, _ signal: String) async throws -> (String, Double?)? {
        try await tenant.owner.first(
            "select status, value from report.signal where account_key = \(account) and signal = \(signal)"
        )?.decode(String.self, Double?.self)
    }

    private func isMeasured(_ tenant: Tenant, _ pairs: [(String, String)]) async throws -> Bool {
        for (account, name) in pairs where try await signal(tenant, account, name) == nil { return false }
        return true
    }

    @Test func aProgramInPythonIsASignal() async throws {
        let plugins = try folder(
            "invoices_unpaid",
            answer:
                #"{"value": 0.8, "words": "3 invoices are unpaid", "evidence": {"open": 3}} if account == "late" else {}"#,
            details: #", "title": "Invoices are unpaid", "weight": 2.5"#)
        try await Tenant.with { tenant in
            try await tenant.account("late")
            try await tenant.account("punctual")
            try await tenant.serving(plugins: plugins) {
                try await eventually("the program is asked") {
                    try await isMeasured(tenant, [("late", "invoices_unpaid"), ("punctual", "invoices_unpaid")])
                }
            }

            let late = try #require(try await signal(tenant, "late", "invoices_unpaid"))
            #expect(late == ("ok", 0.8))
            let punctual = try #require(try await signal(tenant, "punctual", "invoices_unpaid"))
            #expect(punctual == ("no_data", nil))
            let reason = try await tenant.owner.first(
                "select words, contribution from report.score_reason where account_key = 'late' and horizon_days = 90")
            let (words, contribution) = try #require(reason).decode(String.self, Double.self)
            #expect(words == "3 invoices are unpaid" && contribution == 2.5 * 0.8)
            #expect(try await tenant.number("select count(*) from risk.signal_kind where external") == 1)
        }
    }

    @Test(arguments: ["sys.exit(3)", "json.loads('no')", #"{"value": __import__("time").sleep(60)}"#])
    func aProgramThatFailsIsStaleAndStopsNothing(_ answer: String) async throws {
        let plugins = try folder("broken", answer: answer)
        try await Tenant.with { tenant in
            try await tenant.account("acme")
            try await tenant.use("acme", 1...60)
            try await tenant.serving(plugins: plugins) {
                try await eventually("the account is scored") {
                    try await tenant.number("select count(*) from report.score") == 2
                }
                try await eventually("the program is stale") {
                    try await self.signal(tenant, "acme", "broken")?.0 == "stale_source"
                }
            }
            let alarm = try await tenant.owner.first("select subject from report.alarm where alarm = 'signal_stale'")
            #expect(try #require(alarm)["subject"] == "broken")
        }
    }

    @Test(arguments: [
        (#"{"value": 0.5}"#, "ok"), (#"{}"#, "no_data"), (#"{"value": 1.01}"#, "stale_source"),
        (#"{"value": -0.1, "status": "ok"}"#, "stale_source"), (#"{"status": "ok"}"#, "stale_source"),
        (#"{"status": "fine", "value": 0.5}"#, "stale_source"), (#"{"status": "not_applicable"}"#, "not_applicable"),
        (#"{"value": "0.5"}"#, "stale_source"), (#"{"value": null}"#, "no_data"),
    ])
    func answersAreChecked(_ answer: String, _ status: String) throws {
        let json = try JSONDecoder().decode(JSON.self, from: Data(answer.utf8))
        #expect(try PluginSignal.measurement(json).status.rawValue == status)
    }

    @Test func aViewIsASignal() async throws {
        try await Tenant.with { tenant in
            for key in ["loud", "calm", "odd"] { try await tenant.account(key, sendsUsage: false) }
            try await tenant.owner.withConnection { connection in
                try await connection.script(
                    """
                    create view custom.signal_complaints as
                    select * from (values ('loud', 0.9, '{"words": "Complained 4 times"}'::jsonb), ('loud', 0.2, null),
                        ('odd', 'NaN'::numeric, null), ('calm', 0.001, null), ('stranger', 1, null)) v (account_key, value, evidence);
                    comment on view custom.signal_complaints is 'Complaints';
                    create view custom.signal_wrong as select 'loud' as account_key, 1 / 0 as value, null::jsonb as evidence;
                    create view custom.signal_secret as select 'loud' as account_key, 0.5 as value, null::jsonb as evidence;
                    create view custom.signal_inactivity as select 'loud' as account_key, 1.0 as value, null::jsonb as evidence;
                    grant select on custom.signal_complaints, custom.signal_wrong, custom.signal_inactivity to holdfast_risk_scorer;
                    """)
            }
            try await tenant.serving {
                try await eventually("the views are read") {
                    try await isMeasured(tenant, [("loud", "complaints"), ("odd", "secret")])
                }
            }

            #expect(try #require(try await signal(tenant, "loud", "complaints")) == ("ok", 0.9))
            #expect(try #require(try await signal(tenant, "calm", "complaints")) == ("ok", 0.001))
            #expect(try #require(try await signal(tenant, "odd", "wrong")).0 == "stale_source")
            #expect(try #require(try await signal(tenant, "odd", "complaints")).0 == "stale_source")
            #expect(try #require(try await signal(tenant, "loud", "wrong")).0 == "stale_source")
            #expect(try #require(try await signal(tenant, "loud", "secret")).0 == "stale_source")
            #expect(try #require(try await signal(tenant, "loud", "inactivity")).0 == "no_data")
            let words = try await tenant.owner.first(
                "select words from report.score_reason where account_key = 'loud' and horizon_days = 90 and rank = 1")
            #expect(try #require(words)["words"] == "Complained 4 times")

            // A view that is gone leaves nothing behind.
            try await tenant.owner.execute("drop view custom.signal_complaints")
            try await tenant.serving {
                _ = try await tenant.owner.first("select queue.enqueue('risk-scorer', \(FullPass.kind))")
                try await eventually("its rows are gone") {
                    try await self.signal(tenant, "loud", "complaints") == nil
                }
                // Nor a reason, however little the probability moves without it.
                #expect(
                    try await tenant.number("select count(*) from risk.score_reason where signal = 'complaints'") == 0)
            }
        }
    }
}
