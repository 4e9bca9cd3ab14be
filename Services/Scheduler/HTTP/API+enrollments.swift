import Chassis
import Foundation
import HTTPTypes
import Hummingbird
import Postgres

extension API {
    /// `GET /v1/enrollments?playbook=&account=&state=` and `POST /v1/playbooks/{key}/enrollments`.
    func enrollments(_ group: RouterGroup<ServiceContext>) {
        group.get("enrollments") { [pool] request, _ in
            let page = try PageRequest(request)
            let playbook = try PageRequest.text("playbook", request)
            let account = try PageRequest.text("account", request)
            let state = try PageRequest.text("state", request, of: ["active", "ended", "holdout"])
            let rows = try await pool.query(
                """
                select enrollment_id, playbook, version, account_key, state, step, wake_at, entered_at, ended_at,
                    end_reason, end_detail, reason
                from report.enrollment
                where enrollment_id > \(page.after) and (\(playbook) is null or playbook = \(playbook))
                    and (\(account) is null or account_key = \(account)) and (\(state) is null or state = \(state))
                order by enrollment_id limit \(page.limit)
                """)
            let items = try rows.map(EnrollmentEntry.init)
            return try JSONAnswer.make(
                Page(items: items, next: items.count == page.limit ? items.last?.enrollmentID : nil))
        }
        group.post("playbooks/{key}/enrollments") { [pool, versions] request, context in
            let key = try context.parameters.require("key")
            let asked = try await JSONAnswer.read(ByHand.Request.self, request, atMost: 16 << 10)
            let made = try await pool.transaction { connection in
                try await ByHand.enrol(asked, playbook: key, versions, in: connection)
            }
            return try JSONAnswer.make(made, .created)
        }
    }
}

struct EnrollmentEntry: Encodable, Sendable {
    var enrollmentID: Int64
    var playbook: String
    var version: Int32
    var accountKey: String
    var state: String
    var step: String?
    var wakeAt: Date?
    var enteredAt: Date
    var endedAt: Date?
    var endReason: String?
    var endDetail: String?
    var reason: String?

    enum CodingKeys: String, CodingKey {
        case playbook, version, state, step, reason
        case enrollmentID = "enrollment_id"
        case accountKey = "account_key"
        case wakeAt = "wake_at"
        case enteredAt = "entered_at"
        case endedAt = "ended_at"
        case endReason = "end_reason"
        case endDetail = "end_detail"
    }

    init(_ row: Row) throws {
        enrollmentID = try row["enrollment_id"]
        playbook = try row["playbook"]
        version = try row["version"]
        accountKey = try row["account_key"]
        state = try row["state"]
        step = try row["step"]
        wakeAt = try row["wake_at"]
        enteredAt = try row["entered_at"]
        endedAt = try row["ended_at"]
        endReason = try row["end_reason"]
        endDetail = try row["end_detail"]
        reason = try row["reason"]
    }
}
