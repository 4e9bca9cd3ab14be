import AsyncHTTPClient
import Chassis
import Foundation
import Jobs
import Logging
import Model
import NIOCore
import NIOHTTP1
import Postgres
import ServiceLifecycle
import TestBed
import Testing

@testable import Scheduler

/// The service as `serve` builds it, asked over HTTP.
@Suite struct APITests {
    @Test func `a key is needed`() async throws {
        try await Served.with { _, served in
            let answer = try await served.ask("GET", "/v1/tasks", key: "hf_api_00000000000000000000")
            #expect(answer.status == 401)
        }
    }

    @Test func `loading, enrolling by hand, and doing the task`() async throws {
        try await Served.with { plan, served in
            try await plan.account("acme")
            try await plan.own("acme", try await plan.user("Ann"))
            try await plan.segment("hot")
            let loaded = try await served.ask("POST", "/v1/playbooks", Sample.alert)
            #expect((loaded.status, loaded.text("outcome")) == (201, "created"))
            #expect(try await served.ask("POST", "/v1/playbooks", Sample.alert).text("outcome") == "unchanged")
            #expect(try await served.ask("POST", "/v1/playbooks/check", Sample.alert).text("outcome") == "in order")
            let made = try await served.ask(
                "POST", "/v1/playbooks/alert/enrollments", #"{"account_key":"acme","reason":"They called"}"#)
            #expect((made.status, made.text("state")) == (201, "active"))
            try await eventually("the task is there") { try await plan.tasks() == ["acme call open"] }
            let tasks = try await served.ask("GET", "/v1/tasks?state=open&owner=Ann&account=acme")
            #expect(tasks.items.first?["reason"] as? String == "They called")
            let id = try await plan.number("select id from plan.task")
            #expect(try await served.ask("POST", "/v1/tasks/\(id)/done", #"{"by":"Ann"}"#).text("done_by") == "Ann")
            let again = try await served.ask("POST", "/v1/tasks/\(id)/done", #"{"by":"Bob"}"#)
            #expect((again.status, again.text("done_by")) == (200, "Ann"))
            #expect(try await plan.told().filter { $0 == "task.done" }.count == 1)
            try await eventually("the run is over") { try await plan.runs() == ["acme ended completed"] }
            let runs = try await served.ask("GET", "/v1/enrollments?playbook=alert&state=ended")
            #expect(runs.items.first?["end_reason"] as? String == "completed")
            let list = try await served.ask("GET", "/v1/playbooks")
            #expect(list.items.first?["ended"] as? Int == 1)
        }
    }

    @Test func `what is wrong is answered with its place and the remedy`() async throws {
        try await Served.with { plan, served in
            try await plan.segment("hot")
            try await plan.account("acme")
            let broken = try await served.ask("POST", "/v1/playbooks", Sample.alert.replacing("title:", with: "titel:"))
            #expect(broken.status == 422)
            let fault = (broken.object["faults"] as? [[String: Any]])?.first { $0["key"] as? String == "titel" }
            #expect(fault?["line"] as? Int == 2)
            #expect(fault?["nearest"] as? String == "title")
            let unknown = try await served.ask("POST", "/v1/playbooks", Sample.chain)
            #expect((unknown.status, unknown.text("code")) == (422, "bad_playbook"))
            _ = try await served.ask("POST", "/v1/playbooks", Sample.alert.replacing("{segment: hot}", with: "by hand"))
            func enrol(_ playbook: String, _ body: String) async throws -> String {
                let answer = try await served.ask("POST", "/v1/playbooks/\(playbook)/enrollments", body)
                return "\(answer.status) \(answer.text("code") ?? "")"
            }
            #expect(try await enrol("alarm", #"{"account_key":"acme"}"#) == "404 unknown_playbook")
            #expect(try await enrol("alert", #"{"account_key":"none"}"#) == "404 unknown_account")
            #expect(try await enrol("alert", #"{}"#) == "400 bad_body")
            #expect(try await served.ask("POST", "/v1/playbooks/alert/disable").status == 200)
            #expect(try await enrol("alert", #"{"account_key":"acme"}"#) == "409 disabled_playbook")
            #expect(try await served.ask("POST", "/v1/playbooks/alert/enable").status == 200)
            #expect(try await served.ask("POST", "/v1/playbooks/none/enable").status == 404)
            #expect(try await served.ask("GET", "/v1/tasks?limit=0").text("code") == "bad_parameter")
            #expect(try await served.ask("GET", "/v1/tasks?state=odd").text("code") == "bad_parameter")
            #expect(try await served.ask("POST", "/v1/tasks/999/done").text("code") == "unknown_task")
            #expect(try await served.ask("POST", "/v1/tasks/x/done").text("code") == "unknown_task")
        }
    }

    @Test func `the command task.complete closes a task once, and one for no task is set apart`() async throws {
        try await Plan.with { plan in
            try await plan.account("acme")
            let task = try await plan.number(
                "insert into plan.task (account_id, title) values (\(try await plan.id("acme")), 'T') returning id")
            for (id, by) in [(task, "Ann"), (task, "Bob"), (task + 1, "Ann")] {
                let payload = TaskCompletion.Payload(taskID: id, by: by)
                _ = try await plan.database.owner.transaction {
                    try await Queue.enqueue(TaskCompletion.kind, on: "scheduler", payload, in: $0)
                }
            }
            try await plan.drain()
            #expect(try await plan.texts("select state || ' ' || done_by from plan.task").count == 1)
            #expect(try await plan.told() == ["task.done"])
            let dead = try await plan.texts("select error from queue.dead")
            #expect(dead == ["there is no task \(task + 1)"])
        }
    }
}

/// Scheduler serving on a free port.
struct Served: Sendable {
    let port: Int
    let key: String

    struct Answer {
        let status: Int
        let object: [String: Any]

        func text(_ name: String) -> String? { object[name] as? String }
        var items: [[String: Any]] { object["items"] as? [[String: Any]] ?? [] }
    }

    static func with(_ body: @escaping @Sendable (Plan, Served) async throws -> Void) async throws {
        try await Plan.with { plan in
            let silent = Logger(label: "test") { _ in SwiftLogNoOpLogHandler() }
            let runtime = Runtime(
                .scheduler,
                settings: try SettingValues(of: .scheduler, environment: ["HOLDFAST_SCHEDULER_PORT": "0"]),
                database: plan.pool.configuration, pool: plan.pool, logger: silent)
            let (key, hash) = Key.make(.api)
            try await plan.run(
                "insert into crm.api_key (name, scope, hint, hash) values ('test', 'api', '…', \(Bytes(hash)))")
            let parts = try await Serve.build(runtime)
            guard let server = parts.compactMap({ $0 as? HTTPServer }).first else { throw TestBedError("no server") }
            let group = ServiceGroup(configuration: .init(services: parts.map { .init(service: $0) }, logger: silent))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                tasks.addTask { try await group.run() }
                let served = Served(port: await server.listening.port(), key: key)
                do {
                    try await body(plan, served)
                    await group.triggerGracefulShutdown()
                } catch {
                    await group.triggerGracefulShutdown()
                    throw error
                }
                try await tasks.waitForAll()
            }
        }
    }

    func ask(_ method: String, _ path: String, _ body: String? = nil, key: String? = nil) async throws -> Answer {
        var request = HTTPClientRequest(url: "http://127.0.0.1:\(port)\(path)")
        request.method = .init(rawValue: method)
        request.headers.add(name: "Authorization", value: "Bearer \(key ?? self.key)")
        if let body { request.body = .bytes(ByteBuffer(string: body)) }
        let response = try await HTTPClient.shared.execute(request, timeout: .seconds(60))
        let bytes = try await response.body.collect(upTo: 1 << 20)
        let object = try JSONSerialization.jsonObject(with: Data(bytes.readableBytesView))
        return Answer(status: Int(response.status.code), object: object as? [String: Any] ?? [:])
    }
}
