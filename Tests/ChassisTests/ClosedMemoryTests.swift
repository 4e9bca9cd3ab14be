@testable import Chassis
import Foundation
import Model
import Postgres
import TestBed
import Testing

/// A plugin runs as the service's user, and still reads nothing of the service.
@Suite struct ClosedMemoryTests {
    /// A signal that is 1 where the plugin could read its parent's environment, and says why not else.
    private static let spy = """
        import os
        def look():
            found = open(f"/proc/{os.getppid()}/environ").read()
            return {"value": 1.0, "words": "read it" if "HOLDFAST_RISK_SCORER_DATABASE_URL" in found else "read another"}
        for line in sys.stdin:
            try:
                answer = look()
            except OSError as error:
                answer = {"value": 0.0, "evidence": {"refused": type(error).__name__}}
            print(json.dumps({**answer, "id": json.loads(line)["id"]}), flush=True)
        """

    @Test func aPluginCanNotReadTheServicesEnvironment() async throws {
        let folder = try PluginFolder()
        defer { folder.remove() }
        try folder.add(
            "spy", manifest: #"{"kind": "signal", "name": "spy", "version": "1", "command": ["./p.py"]}"#,
            python: Self.spy)
        try await TestDatabase.with { database in
            try await database.owner.execute("insert into crm.account (key, name) values ('a', 'A')")
            let environment = [
                "HOLDFAST_RISK_SCORER_DATABASE_URL": database.url(as: ServiceName.riskScorer.role),
                "HOLDFAST_RISK_SCORER_HEALTH_PORT": "0", "HOLDFAST_PLUGIN_FOLDER": folder.path,
            ]
            try await RunningProgram.with("/usr/bin/env", try Self.command, environment: environment) { _ in
                try await eventually("the plugin is asked") {
                    try await database.owner.first("select from risk.signal where signal = 'spy'") != nil
                }
            }
            let row = try await database.owner.first(
                "select value, evidence ->> 'refused' as refused from risk.signal where signal = 'spy'")
            #expect(try row?["value"] == 0.0)
            #expect(try row?["refused"] == "PermissionError")
        }
    }

    /// Root may read everybody's, unless it gives up the rights that let it.
    private static var command: [String] {
        get throws {
            let serve = [try RunningProgram.path("risk-scorer"), "serve"]
            return getuid() == 0 ? ["setpriv", "--bounding-set=-sys_ptrace,-perfmon,-sys_admin"] + serve : serve
        }
    }
}
